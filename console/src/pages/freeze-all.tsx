/** The big switch: no machine takes new work. */

import { useState } from "preact/hooks";

import { freezeAll } from "../api/machines";
import { useAttempt } from "../app/answer";
import { FormDialog } from "../app/form-dialog";
import { listed, machines, store, user } from "../app/state";
import { t } from "../i18n";
import { TextField } from "../ui/field";

export function FreezeAll({ onClose }: { onClose: () => void }) {
  const words = t().care;
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const tenant = user.value?.tenant_id ?? "";
  const sending = useAttempt(async () => {
    const answer = await freezeAll(tenant, reason.trim());
    for (const machine of answer.machines) {
      store.apply({ method: "machine.updated", params: machine });
    }
    onClose();
  });
  const open = listed.value.filter((one) => one.status !== "ended" && one.status !== "failed");
  return (
    <FormDialog
      id="freeze-all"
      title={words.freeze_all_title}
      submit={words.freeze_all}
      attempt={sending}
      isComplete={typed.trim().toLowerCase() === words.freeze_all_word}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{words.freeze_all_text(machines.value.length)}</p>
      <p class="faint">{words.freeze_all_running(open.length)}</p>
      <TextField
        label={words.reason}
        hint={words.reason_hint}
        value={reason}
        onChange={setReason}
        maxLength={200}
        first
      />
      <TextField
        label={words.freeze_all_type(words.freeze_all_word)}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}
