import { useState } from "preact/hooks";

import { changeSession } from "../../api/sessions";
import type { SessionView } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";

interface RenameDialogProps {
  session: SessionView;
  onClose: () => void;
}

/** What a session is called. */
export function RenameDialog({ session, onClose }: RenameDialogProps) {
  const words = t().session;
  const [title, setTitle] = useState(session.title);
  const { isBusy, error, run } = useAttempt(async () => {
    const { session: renamed } = await changeSession(session.session_id, { name: title.trim() });
    store.putSession(renamed);
    onClose();
  });
  return (
    <Dialog
      title={words.rename}
      onClose={onClose}
      width="s"
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {t().common.cancel}
          </Button>
          <Button
            look="primary"
            type="submit"
            form="rename-session"
            busy={isBusy}
            disabled={title.trim() === ""}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <form
        id="rename-session"
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <ProblemNote error={error} />
        <TextField
          label={t().new_session.title}
          value={title}
          onChange={setTitle}
          maxLength={200}
          required
          first
        />
      </form>
    </Dialog>
  );
}
