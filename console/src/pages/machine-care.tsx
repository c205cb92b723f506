/** What a machine is called, and whether it takes new work, for those who look after it. */

import { useCallback, useState } from "preact/hooks";

import "./care.css";
import {
  changeMachine,
  freezeMachine,
  machineOf,
  offeredUpdate,
  offerUpdate,
  rotateMachineKey,
  unfreezeMachine,
} from "../api/machines";
import type { MachineView } from "../api/types";
import { useAnswer, useAttempt } from "../app/answer";
import { FormDialog } from "../app/form-dialog";
import { ProblemNote } from "../app/problem";
import { isOperator, store, user } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Ago, Badge, Section } from "../ui/bits";
import { Button } from "../ui/button";
import { Confirm } from "../ui/dialog";
import { TextField } from "../ui/field";
import { readTags } from "./sessions/tags";

export function MachineCare({ machine }: { machine: MachineView }) {
  const words = t().care;
  const id = machine.machine_id;
  const { value: mayCare } = useAnswer(useCallback(() => looksAfter(id), [id]));
  const [open, setOpen] = useState<"names" | "freeze" | null>(null);
  const lifting = useAttempt(() => take(unfreezeMachine(id)));
  if (!mayCare) {
    return null;
  }
  const close = () => setOpen(null);
  return (
    <Section title={words.title}>
      <ProblemNote error={lifting.error} />
      <ul class="card care-rows">
        <li>
          <Labels machine={machine} />
          <Button size="s" icon="edit" onClick={() => setOpen("names")}>
            {words.rename}
          </Button>
        </li>
        <li>
          <span>{machine.frozen ? words.takes_none : words.takes_work}</span>
          {machine.frozen ? (
            <Button size="s" busy={lifting.isBusy} onClick={lifting.run}>
              {words.unfreeze}
            </Button>
          ) : (
            <Button size="s" look="danger" icon="freeze" onClick={() => setOpen("freeze")}>
              {words.freeze}
            </Button>
          )}
        </li>
        <Release machine={machine} />
        <Key machine={machine} />
      </ul>
      {open === "names" && <Names machine={machine} onClose={close} />}
      {open === "freeze" && <Freeze machine={machine} onClose={close} />}
    </Section>
  );
}

/** Which release it runs, and the newer one that its server has for it. */
function Release({ machine }: { machine: MachineView }) {
  const words = t().care;
  const { machine_id: id, agent_version: running } = machine;
  // Asked again once it runs another one.
  const { value: offered } = useAnswer(
    useCallback(() => offeredUpdate(id, running), [id, running]),
  );
  const [taken, setTaken] = useState<string | null>(null);
  const offering = useAttempt(async () => setTaken((await offerUpdate(id)).version));
  const newer = offered?.newer;
  return (
    <li>
      <span>
        {newer
          ? words.newer_release(oneLine(running, 40), oneLine(newer, 40))
          : words.release(oneLine(running, 40))}
        {taken && taken !== running && (
          <div class="faint">{words.updating(oneLine(taken, 40))}</div>
        )}
        <ProblemNote error={offering.error} />
      </span>
      {newer && (
        <Button
          size="s"
          busy={offering.isBusy}
          disabled={machine.status !== "online"}
          onClick={offering.run}
        >
          {words.update}
        </Button>
      )}
    </li>
  );
}

/** Since when it has its key, and the way to another one. */
function Key({ machine }: { machine: MachineView }) {
  const words = t().care;
  const [isAsked, setAsked] = useState(false);
  const rotating = useAttempt(() => take(rotateMachineKey(machine.machine_id)));
  const isGoing = machine.key_goes_since != null;
  return (
    <li data-machine-key>
      <span>
        {words.key} <Ago at={machine.key_since} />
        {isGoing && <div class="faint">{words.key_goes}</div>}
        <ProblemNote error={rotating.error} />
      </span>
      <Button
        size="s"
        busy={rotating.isBusy}
        disabled={machine.status !== "online" || isGoing}
        onClick={() => setAsked(true)}
      >
        {words.rotate_key}
      </Button>
      {isAsked && (
        <Confirm
          title={words.rotate_key_title(oneLine(machine.machine_name))}
          confirm={words.rotate_key}
          onClose={() => setAsked(false)}
          onConfirm={() => {
            setAsked(false);
            rotating.run();
          }}
        >
          <p>{words.rotate_key_text}</p>
        </Confirm>
      )}
    </li>
  );
}

async function looksAfter(id: string): Promise<boolean> {
  return isOperator(user.value) || (await machineOf(id)).current_user_permission === "admin";
}

async function take(answer: Promise<{ machine: MachineView }>): Promise<void> {
  const { machine } = await answer;
  store.apply({ method: "machine.updated", params: machine });
}

/** What people have said about a machine. */
export function Labels({ machine }: { machine: MachineView }) {
  if (machine.labels.length === 0) {
    return <span class="faint">{t().care.no_labels}</span>;
  }
  return (
    <span class="care-labels">
      {machine.labels.map((label) => (
        <Badge key={label}>
          <bdi>{oneLine(label, 60)}</bdi>
        </Badge>
      ))}
    </span>
  );
}

interface DialogProps {
  machine: MachineView;
  onClose: () => void;
}

function Names({ machine, onClose }: DialogProps) {
  const words = t().care;
  const [name, setName] = useState(machine.machine_name);
  const [labels, setLabels] = useState(machine.labels.join(", "));
  const sending = useAttempt(async () => {
    const change = { machine_name: name.trim(), labels: [...readTags(labels)] };
    await take(changeMachine(machine.machine_id, change));
    onClose();
  });
  return (
    <FormDialog
      id="machine-names"
      title={words.rename}
      submit={words.save}
      attempt={sending}
      isComplete={name.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={100}
        required
        first
      />
      <TextField
        label={words.labels}
        hint={words.labels_hint}
        value={labels}
        onChange={setLabels}
        maxLength={500}
      />
    </FormDialog>
  );
}

function Freeze({ machine, onClose }: DialogProps) {
  const words = t().care;
  const [reason, setReason] = useState("");
  const sending = useAttempt(async () => {
    await take(freezeMachine(machine.machine_id, reason.trim()));
    onClose();
  });
  return (
    <FormDialog
      id="machine-freeze"
      title={words.freeze_title(oneLine(machine.machine_name))}
      submit={words.freeze}
      attempt={sending}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{words.freeze_text}</p>
      <TextField
        label={words.reason}
        hint={words.reason_hint}
        value={reason}
        onChange={setReason}
        maxLength={200}
        first
      />
    </FormDialog>
  );
}
