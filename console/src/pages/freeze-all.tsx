/** The big switch: no machine takes new work. */

import { useState } from "preact/hooks";

import { freezeAll } from "../api/machines";
import type { TenantView } from "../api/types";
import { useAttempt } from "../app/answer";
import { FormDialog } from "../app/form-dialog";
import { listed, machines, store, user } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { TextField } from "../ui/field";

interface FreezeAllProps {
  /** Another tenant than one's own, for who runs the installation. */
  of?: TenantView;
  onClose: () => void;
}

export function FreezeAll({ of, onClose }: FreezeAllProps) {
  const words = t().care;
  const isOwn = of === undefined || of.id === user.value?.tenant_id;
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const tenant = of?.id ?? user.value?.tenant_id ?? "";
  const sending = useAttempt(async () => {
    const answer = await freezeAll(tenant, reason.trim());
    for (const machine of isOwn ? answer.machines : []) {
      store.apply({ method: "machine.updated", params: machine });
    }
    onClose();
  });
  const open = listed.value.filter((one) => one.status !== "ended" && one.status !== "failed");
  return (
    <FormDialog
      id="freeze-all"
      title={of ? t().tenants.freeze_title(oneLine(of.name, 60)) : words.freeze_all_title}
      submit={words.freeze_all}
      attempt={sending}
      isComplete={typed.trim().toLowerCase() === words.freeze_all_word}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{words.freeze_all_text(of?.machines ?? machines.value.length)}</p>
      {isOwn && <p class="faint">{words.freeze_all_running(open.length)}</p>}
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
