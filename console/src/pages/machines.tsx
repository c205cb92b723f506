/** Every machine, with what matters at a glance. */

import { useState } from "preact/hooks";

import "./machines.css";
import type { MachineView } from "../api/types";
import { Page } from "../app/page";
import { Link, paths } from "../app/router";
import { isOperator, listed, machines, overlay, store, user } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { now } from "../time/clock";
import { Empty, Foreign, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { FreezeAll } from "./freeze-all";
import { MachineBadge } from "./machine-badge";

export function MachinesPage() {
  const words = t().machines;
  const [isFreezing, setFreezing] = useState(false);
  const enrol = () => {
    overlay.value = { kind: "enrol" };
  };
  const add = isOperator(user.value) && (
    <Button look="primary" icon="plus" onClick={enrol}>
      {t().actions.add_machine}
    </Button>
  );
  const isFrozen = machines.value.some((machine) => machine.all_frozen);
  const actions = machines.value.length > 0 && (
    <>
      {isOperator(user.value) && !isFrozen && (
        <Button look="danger" icon="freeze" onClick={() => setFreezing(true)}>
          {t().care.freeze_all}
        </Button>
      )}
      {add}
    </>
  );
  return (
    <Page title={words.title} actions={actions}>
      {isFreezing && <FreezeAll onClose={() => setFreezing(false)} />}
      {!store.ready.value && <Skeleton lines={6} />}
      {store.ready.value && machines.value.length === 0 && (
        <Empty icon="machine" title={words.none} action={add}>
          {isOperator(user.value) ? words.none_text : words.no_access_text}
        </Empty>
      )}
      {machines.value.length > 0 && (
        <ul class="card machine-rows">
          {machines.value.map((machine) => (
            <MachineRow key={machine.machine_id} machine={machine} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function MachineRow({ machine }: { machine: MachineView }) {
  const words = t().machines;
  const open = listed.value.filter(
    (one) => one.machine === machine && one.status !== "ended" && one.status !== "failed",
  );
  const usable = machine.agents.filter((agent) => agent.missing === undefined);
  return (
    <li>
      <Link
        to={paths.machine(machine.machine_id)}
        class="machine-row"
        data-machine-id={machine.machine_id}
      >
        <span class="machine-row-name">
          <span class="cut">
            <Foreign text={machine.machine_name} />
          </span>
          <MachineBadge machine={machine} />
        </span>
        <span class="machine-row-facts small faint">
          <Foreign text={machine.os_version} />
          <span>
            {words.cores(machine.capabilities.cpu_cores)} ·{" "}
            {words.memory(machine.capabilities.memory_gb)}
          </span>
        </span>
        <span class="machine-row-counts small faint">
          <span>{words.open_sessions(open.length)}</span>
          <span>{words.agents_found(usable.length)}</span>
        </span>
        <span class="machine-row-seen small">
          {machine.status === "online"
            ? words.seen_now
            : machine.last_seen_at
              ? relative(machine.last_seen_at, now.value)
              : words.never}
        </span>
      </Link>
    </li>
  );
}
