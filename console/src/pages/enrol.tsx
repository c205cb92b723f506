/** Adding a machine: a command to run there, and waiting until it appears. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./enrol.css";
import { createEnrolment, revokeEnrolment } from "../api/machines";
import type { CreatedEnrolment, MachineView } from "../api/types";
import { ProblemNote } from "../app/problem";
import { go, paths } from "../app/router";
import { enrolmentsSeen, overlay, store } from "../app/state";
import { t } from "../i18n";
import { relative, time } from "../i18n/format";
import { now } from "../time/clock";
import { Foreign, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { CopyBlock } from "../ui/copy";
import { Dialog } from "../ui/dialog";
import { Segmented } from "../ui/field";
import { Icon } from "../ui/icon";

export function Enrol({ onClose }: { onClose: () => void }) {
  const words = t().enrol;
  const lines = linesOf();
  const [created, setCreated] = useState<CreatedEnrolment | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [kind, setKind] = useState<Kind>("unix");
  const asked = useRef(false);
  const known = useRef<ReadonlySet<string>>(new Set(store.machines.peek().keys()));
  const arrived = [...store.machines.value.values()].find(
    (machine) => !known.current.has(machine.machine_id),
  );

  useEffect(() => {
    if (asked.current) {
      return;
    }
    asked.current = true;
    createEnrolment().then((made) => {
      setCreated(made);
      enrolmentsSeen.value += 1;
    }, setError);
  }, []);

  const close = () => {
    // A token that nobody is going to use should not lie around.
    if (created && !arrived) {
      revokeEnrolment(created.enrolment_id)
        .catch(() => {})
        .finally(() => {
          enrolmentsSeen.value += 1;
        });
    }
    onClose();
  };

  return (
    <Dialog
      title={t().actions.add_machine}
      onClose={close}
      footer={<Footer arrived={arrived} onClose={close} />}
    >
      <div class="enrol">
        <ProblemNote error={error} />
        {!created && !error && <Skeleton lines={4} />}
        {created && (
          <ol class="enrol-steps">
            <li>
              <Segmented label={words.where} value={kind} choices={kinds()} onChange={setKind} />
              <p>{lines[kind].text}</p>
              <CopyBlock label={words.command} text={lines[kind].command(created)} />
            </li>
            <li>
              <p>{words.paste}</p>
              <CopyBlock label={words.token} text={created.registration_token} />
              <p class="small faint">
                {words.once} {words.expires} {time(created.expires_at)} (
                {relative(created.expires_at, now.value)}).
              </p>
            </li>
          </ol>
        )}
        {created && <Waiting arrived={arrived} />}
      </div>
    </Dialog>
  );
}

/** The kinds of computers that become machines in different ways. */
type Kind = "unix" | "windows" | "by_hand";

function kinds() {
  const words = t().enrol;
  return (["unix", "windows", "by_hand"] as const).map((value) => ({ value, label: words[value] }));
}

function linesOf(): Record<Kind, { text: string; command: (made: CreatedEnrolment) => string }> {
  const words = t().enrol;
  return {
    unix: { text: words.run, command: (made) => made.command },
    windows: { text: words.run_windows, command: (made) => made.windows_command },
    by_hand: { text: words.run_by_hand, command: (made) => made.enroll_command },
  };
}

function Waiting({ arrived }: { arrived: MachineView | undefined }) {
  const words = t().enrol;
  return (
    <div class={`enrol-wait ${arrived ? "enrol-arrived" : ""}`} role="status">
      {arrived ? (
        <>
          <span class="enrol-check">
            <Icon name="check" />
          </span>
          <p>
            {words.arrived}{" "}
            <strong>
              <Foreign text={arrived.machine_name} />
            </strong>
            <br />
            <span class="small faint">
              <Foreign text={arrived.os_version} /> ·{" "}
              {words.found(arrived.agents.filter((agent) => agent.missing === undefined).length)}
            </span>
          </p>
        </>
      ) : (
        <>
          <span class="haul" aria-hidden="true" />
          <p>
            {words.waiting}
            <br />
            <span class="small faint">{words.waiting_text}</span>
          </p>
        </>
      )}
    </div>
  );
}

function Footer({ arrived, onClose }: { arrived: MachineView | undefined; onClose: () => void }) {
  const words = t().enrol;
  if (!arrived) {
    return (
      <Button look="ghost" onClick={onClose}>
        {t().common.cancel}
      </Button>
    );
  }
  return (
    <>
      <Button
        onClick={() => {
          onClose();
          go(paths.machine(arrived.machine_id));
        }}
      >
        {words.show}
      </Button>
      <Button
        look="primary"
        onClick={() => {
          const machineId = arrived.machine_id;
          overlay.value = { kind: "new_session", machineId, sessionKind: "chat" };
        }}
      >
        {words.start}
      </Button>
    </>
  );
}
