/** Deleting an account: its name must be typed, because nothing brings it back. */

import { useState } from "preact/hooks";

import type { AccountView } from "../../../api/types";
import { deleteUser } from "../../../api/users";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Banner } from "../../../ui/bits";
import { TextField } from "../../../ui/field";

interface RemoveDialogProps {
  account: AccountView;
  onClose: () => void;
}

export function RemoveDialog({ account, onClose }: RemoveDialogProps) {
  const words = t().people;
  const [typed, setTyped] = useState("");
  const sending = useAttempt(async () => {
    await deleteUser(account.user_id);
    onClose();
  });
  const name = oneLine(account.username);
  return (
    <FormDialog
      id="remove-user"
      title={words.remove_title(name)}
      submit={words.remove}
      attempt={sending}
      isComplete={typed.trim() === account.username || typed.trim() === name}
      onClose={onClose}
      width="s"
      danger
    >
      <Banner tone="warning">{words.remove_goes}</Banner>
      <p>{words.remove_stays}</p>
      <TextField
        label={words.remove_name(name)}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        required
        first
      />
    </FormDialog>
  );
}
