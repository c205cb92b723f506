import { useState } from "preact/hooks";

import { changeSession } from "../../api/sessions";
import type { SessionView } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { TextField } from "../../ui/field";

interface RenameDialogProps {
  session: SessionView;
  onClose: () => void;
}

/** What a session is called. */
export function RenameDialog({ session, onClose }: RenameDialogProps) {
  const words = t().session;
  const [title, setTitle] = useState(session.title);
  const sending = useAttempt(async () => {
    const { session: renamed } = await changeSession(session.session_id, { name: title.trim() });
    store.putSession(renamed);
    onClose();
  });
  return (
    <FormDialog
      id="rename-session"
      title={words.rename}
      submit={words.save}
      attempt={sending}
      isComplete={title.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={t().new_session.title}
        value={title}
        onChange={setTitle}
        maxLength={200}
        required
        first
      />
    </FormDialog>
  );
}
