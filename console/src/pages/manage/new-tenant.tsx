/** Making a tenant, and inviting who runs it: without that nobody could get in. */

import { useState } from "preact/hooks";

import { createTenant } from "../../api/tenants";
import type { TenantView, UserWithLink } from "../../api/types";
import { createUser } from "../../api/users";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Banner } from "../../ui/bits";
import { TextField } from "../../ui/field";
import { LinkDialog } from "../settings/people/link-dialog";

export function NewTenant({ onClose }: { onClose: () => void }) {
  const words = t().tenants;
  const [name, setName] = useState("");
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  // It stays made when its administrator cannot be: their name may be taken.
  const [made, setMade] = useState<TenantView | null>(null);
  const [invited, setInvited] = useState<UserWithLink | null>(null);
  const sending = useAttempt(async () => {
    const tenant = made ?? (await createTenant({ name: name.trim() }));
    setMade(tenant);
    if (username.trim() === "") {
      onClose();
      return;
    }
    setInvited(await invite(tenant, username.trim(), displayName.trim()));
  });
  if (invited?.invitation) {
    const { link, expires_at } = invited.invitation;
    return (
      <LinkDialog name={invited.user.username} link={link} until={expires_at} onClose={onClose} />
    );
  }
  return (
    <FormDialog
      id="new-tenant"
      title={words.create}
      submit={made ? words.invite : words.make}
      attempt={sending}
      isComplete={name.trim() !== "" && (made === null || username.trim() !== "")}
      onClose={onClose}
      width="s"
    >
      {made ? (
        <Banner tone="warning">{words.made_now(oneLine(made.name, 60))}</Banner>
      ) : (
        <TextField
          label={words.name}
          value={name}
          onChange={setName}
          placeholder={words.name_placeholder}
          maxLength={100}
          autoComplete="off"
          required
          first
        />
      )}
      <fieldset class="new-tenant-first">
        <legend>{words.first}</legend>
        <p class="small faint">{words.first_text}</p>
        <TextField
          label={words.username}
          value={username}
          onChange={setUsername}
          maxLength={64}
          autoComplete="off"
        />
        <TextField
          label={words.display_name}
          value={displayName}
          onChange={setDisplayName}
          maxLength={100}
          autoComplete="off"
        />
      </fieldset>
    </FormDialog>
  );
}

function invite(tenant: TenantView, username: string, displayName: string): Promise<UserWithLink> {
  return createUser({
    username,
    kind: "person",
    role: "tenant_admin",
    tenant_id: tenant.tenant_id,
    ...(displayName === "" ? {} : { display_name: displayName }),
  });
}
