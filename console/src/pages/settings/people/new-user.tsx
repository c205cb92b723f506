/** Inviting a person, or making an account for a program. */

import { useState } from "preact/hooks";

import type { Role, TenantView, UserWithLink } from "../../../api/types";
import { createUser } from "../../../api/users";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { user as me } from "../../../app/state";
import { t } from "../../../i18n";
import { Segmented, SelectField, TextField } from "../../../ui/field";
import { LinkDialog } from "./link-dialog";
import { rolesFor } from "./roles";

interface NewUserProps {
  /** In another tenant than one's own, for who runs the installation. */
  of?: TenantView | null;
  /** Whoever is first in a tenant runs it. */
  isFirst?: boolean;
  onClose: () => void;
}

export function NewUser({ of = null, isFirst = false, onClose }: NewUserProps) {
  const words = t().people;
  const [kind, setKind] = useState<"person" | "service">("person");
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState<Role>(isFirst ? "tenant_admin" : "user");
  const [made, setMade] = useState<UserWithLink | null>(null);
  const sending = useAttempt(async () => {
    const display_name = displayName.trim();
    const answer = await createUser({
      username: username.trim(),
      kind,
      role,
      ...(display_name === "" ? {} : { display_name }),
      ...(of ? { tenant_id: of.tenant_id } : {}),
    });
    if (answer.invitation) {
      setMade(answer);
    } else {
      onClose();
    }
  });
  if (made?.invitation) {
    const { link, expires_at } = made.invitation;
    return (
      <LinkDialog name={made.user.username} link={link} until={expires_at} onClose={onClose} />
    );
  }
  return (
    <FormDialog
      id="new-user"
      title={words.invite}
      submit={kind === "person" ? words.make_link : words.make_service}
      attempt={sending}
      isComplete={username.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <Segmented
        label={words.kind}
        value={kind}
        onChange={setKind}
        choices={[
          { value: "person", label: words.person },
          { value: "service", label: words.service },
        ]}
      />
      <TextField
        label={t().settings.username}
        hint={kind === "person" ? words.username_hint : words.service_hint}
        value={username}
        onChange={setUsername}
        maxLength={64}
        autoComplete="off"
        required
        first
      />
      <TextField
        label={t().settings.name}
        value={displayName}
        onChange={setDisplayName}
        maxLength={100}
        autoComplete="off"
        placeholder={words.name_placeholder}
      />
      <SelectField
        label={t().settings.role}
        value={role}
        onChange={setRole}
        hint={words.role_hints[role]}
        choices={rolesFor(me.value).map((value) => ({ value, label: t().settings.roles[value] }))}
      />
    </FormDialog>
  );
}
