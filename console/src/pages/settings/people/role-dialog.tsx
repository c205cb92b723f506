/** Giving somebody another role. */

import { useState } from "preact/hooks";

import type { AccountView, Role } from "../../../api/types";
import { changeUser } from "../../../api/users";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { user as me } from "../../../app/state";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Banner } from "../../../ui/bits";
import { SelectField } from "../../../ui/field";
import { rolesFor } from "./roles";

interface RoleDialogProps {
  account: AccountView;
  onClose: () => void;
}

export function RoleDialog({ account, onClose }: RoleDialogProps) {
  const words = t().people;
  const [role, setRole] = useState<Role>(account.role);
  const sending = useAttempt(async () => {
    await changeUser(account.user_id, { role });
    onClose();
  });
  return (
    <FormDialog
      id="role"
      title={words.role_title(oneLine(account.username))}
      submit={words.change_role}
      attempt={sending}
      isComplete={role !== account.role}
      onClose={onClose}
      width="s"
    >
      <Banner tone="warning">{words.role_warning}</Banner>
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
