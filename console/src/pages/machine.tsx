/** One machine: what it is, what it can run, and the end of it. */

import { useState } from "preact/hooks";

import "./machines.css";
import "./settings.css";
import { detectAgents, removeMachine } from "../api/machines";
import type { InstalledAgent, MachineView } from "../api/types";
import { useAttempt } from "../app/answer";
import { Page } from "../app/page";
import { ProblemNote, toastProblem } from "../app/problem";
import { go, paths } from "../app/router";
import { isOperator, listed, mayWork, overlay, store, takesWork, user } from "../app/state";
import { t } from "../i18n";
import { dateTime, number } from "../i18n/format";
import { told } from "../i18n/told";
import { ClosureFacts } from "../shell/closure-facts";
import { FreezeFacts } from "../shell/freeze-facts";
import { oneLine } from "../text/visible";
import { Ago, Badge, Banner, Empty, Foreign, Section, Skeleton } from "../ui/bits";
import { Button, IconButton } from "../ui/button";
import { CopyButton } from "../ui/copy";
import { Confirm } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { toast } from "../ui/toast";
import { MachineBadge } from "./machine-badge";
import { Labels, MachineCare } from "./machine-care";
import { MachineCopies } from "./machine-copies";
import { MachineOutside } from "./machine-outside";
import { MachinePeople } from "./machine-people";
import { SessionList } from "./session-list";

export function MachinePage({ id }: { id: string }) {
  const words = t().machines;
  const machine = store.machines.value.get(id);
  if (!machine) {
    return (
      <Page title={words.title}>
        {store.ready.value ? (
          <Empty
            icon="machine"
            title={words.gone}
            action={<Button onClick={() => go(paths.machines)}>{words.back}</Button>}
          >
            {words.gone_text}
          </Empty>
        ) : (
          <Skeleton lines={6} />
        )}
      </Page>
    );
  }
  return <KnownMachine machine={machine} />;
}

function KnownMachine({ machine }: { machine: MachineView }) {
  const words = t().machines;
  const isOnline = machine.status === "online";
  const sessions = listed.value.filter((one) => one.machine === machine);
  const start = mayWork(user.value) && (
    <Button
      look="primary"
      icon="plus"
      disabled={!takesWork(machine)}
      onClick={() => {
        const machineId = machine.machine_id;
        overlay.value = { kind: "new_session", machineId, sessionKind: "chat" };
      }}
    >
      {t().actions.new_session}
    </Button>
  );
  return (
    <Page
      title={oneLine(machine.machine_name)}
      actions={start}
      heading={
        <div class="machine-head">
          <IconButton icon="arrow_left" label={words.back} onClick={() => go(paths.machines)} />
          <h1 class="cut">
            <Foreign text={machine.machine_name} />
          </h1>
          <MachineBadge machine={machine} />
        </div>
      }
    >
      {!isOnline && (
        <Banner tone="warning">
          {words.offline_text}{" "}
          {machine.last_seen_at && (
            <>
              {words.last_seen} <Ago at={machine.last_seen_at} />.
            </>
          )}
        </Banner>
      )}
      {machine.frozen && (
        <Banner tone="warning">
          {t().care.frozen(oneLine(machine.frozen.by_name))} <FreezeFacts freeze={machine.frozen} />
        </Banner>
      )}
      {machine.closed && (
        <Banner tone="warning">
          {t().care.closed[machine.closed.by]} <ClosureFacts closure={machine.closed} />
        </Banner>
      )}
      <Facts machine={machine} />
      <Agents machine={machine} />
      <Workspaces machine={machine} />
      {mayWork(user.value) && <MachineCopies machine={machine} />}
      {mayWork(user.value) && <MachineOutside machine={machine} />}
      {sessions.length > 0 && (
        <Section title={words.sessions}>
          <SessionList sessions={sessions} />
        </Section>
      )}
      {mayWork(user.value) && <MachineCare machine={machine} />}
      {mayWork(user.value) && <MachinePeople machine={machine} />}
      {isOperator(user.value) && <Removal machine={machine} />}
    </Page>
  );
}

const GIB = 2 ** 30;

/** How it fares, as far as it says. */
function healthFacts({ health }: MachineView): readonly (readonly [string, string])[] {
  const words = t().machines;
  if (!health) {
    return [];
  }
  const { free_memory_bytes: memory, free_disk_bytes: disk, latency_ms: latency, carrier } = health;
  return [
    [words.load, number(Math.round(health.load_average * 100) / 100)],
    ...(memory == null ? [] : [[words.free_memory, words.memory(memory / GIB)] as const]),
    ...(disk == null ? [] : [[words.free_disk, words.memory(disk / GIB)] as const]),
    ...(latency == null
      ? []
      : [[words.latency, words.milliseconds(Math.max(1, latency))] as const]),
    ...(carrier === "long_poll" ? [[words.carrier, words.by_long_poll] as const] : []),
  ];
}

function Facts({ machine }: { machine: MachineView }) {
  const words = t().machines;
  const facts = [
    [words.hostname, <Foreign key="h" text={machine.hostname} mono />],
    [words.system, <Foreign key="s" text={machine.os_version} />],
    [words.processor, `${machine.arch} · ${words.cores(machine.capabilities.cpu_cores)}`],
    [words.memory_label, words.memory(machine.capabilities.memory_gb)],
    ...healthFacts(machine),
    [words.daemon, <Foreign key="d" text={machine.agent_version} mono />],
    [
      words.last_seen,
      machine.status === "online" ? (
        words.seen_now
      ) : machine.last_seen_at ? (
        <Ago key="l" at={machine.last_seen_at} />
      ) : (
        words.never
      ),
    ],
    [words.enrolled, dateTime(machine.enrolled_at)],
    [words.shell, machine.capabilities.shell ? words.allowed : words.forbidden],
    ...(machine.labels.length > 0
      ? ([[t().care.labels, <Labels key="b" machine={machine} />]] as const)
      : []),
  ] as const;
  return (
    <dl class="card machine-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Agents({ machine }: { machine: MachineView }) {
  const words = t().machines;
  const { isBusy, error, run } = useAttempt(async () => {
    const { machine: fresh } = await detectAgents(machine.machine_id);
    store.apply({ method: "machine.updated", params: fresh });
    toast({ tone: "good", text: words.detected });
  });
  const sorted = [...machine.agents].sort(
    (one, other) => Number(one.missing !== undefined) - Number(other.missing !== undefined),
  );
  return (
    <Section
      title={words.agents}
      aside={
        mayWork(user.value) && (
          <Button
            size="s"
            look="ghost"
            icon="refresh"
            busy={isBusy}
            disabled={machine.status !== "online"}
            onClick={run}
          >
            {words.detect}
          </Button>
        )
      }
    >
      <ProblemNote error={error} />
      <ul class="card agent-rows">
        {sorted.map((agent) => (
          <AgentRow key={agent.name} agent={agent} />
        ))}
        {sorted.length === 0 && <li class="faint">{words.no_agents}</li>}
      </ul>
    </Section>
  );
}

function AgentRow({ agent }: { agent: InstalledAgent }) {
  const words = t().machines;
  const isThere = agent.missing === undefined;
  return (
    <li data-agent={agent.name}>
      <Icon name="bot" />
      <span class="agent-name">
        <Foreign text={agent.title} />{" "}
        {agent.version && (
          <span class="small faint">
            <Foreign text={agent.version} mono />
          </span>
        )}
      </span>
      {isThere && !agent.asks && <Badge tone="needs">{words.never_asks}</Badge>}
      {isThere ? <Badge tone="working">{words.ready}</Badge> : <Badge>{words.missing}</Badge>}
      {agent.missing && <p class="small faint agent-missing">{oneLine(told(agent.missing))}</p>}
      {agent.install && !isThere && (
        <span class="agent-install">
          <code class="foreign">{oneLine(agent.install)}</code>
          <CopyButton text={agent.install} label={words.copy_install} />
        </span>
      )}
    </li>
  );
}

function Workspaces({ machine }: { machine: MachineView }) {
  const words = t().machines;
  return (
    <Section title={words.workspaces}>
      <ul class="card workspace-rows">
        {machine.workspaces.map((workspace) => (
          <li key={workspace}>
            <Icon name="folder" />
            <code class="foreign">{oneLine(workspace)}</code>
            <CopyButton text={workspace} />
          </li>
        ))}
        {machine.workspaces.length === 0 && <li class="faint">{words.no_workspaces}</li>}
      </ul>
      <p class="small faint">{words.workspaces_text}</p>
    </Section>
  );
}

function Removal({ machine }: { machine: MachineView }) {
  const words = t().machines;
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await removeMachine(machine.machine_id);
      toast({ tone: "good", text: words.removed(oneLine(machine.machine_name)) });
      go(paths.machines);
    } catch (error) {
      toastProblem(error);
      setBusy(false);
      setAsking(false);
    }
  };
  const name = oneLine(machine.machine_name);
  const open = listed.value.filter(
    (one) => one.machine === machine && one.status !== "ended" && one.status !== "failed",
  );
  return (
    <Section title={words.removal}>
      <div class="card danger-zone">
        <p class="faint">{words.removal_text}</p>
        <Button look="danger" icon="trash" onClick={() => setAsking(true)}>
          {words.remove}
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={words.remove_title(name)}
          confirm={words.remove}
          danger
          busy={isBusy}
          disabled={typed.trim() !== name}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          <p>{words.remove_ends}</p>
          <ul class="remove-ends">
            <li>{words.remove_sessions(open.length)}</li>
            <li>{words.remove_rights}</li>
            <li>{words.remove_orders}</li>
          </ul>
          <p>{words.remove_warning}</p>
          <TextField
            label={words.remove_type(name)}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            first
          />
        </Confirm>
      )}
    </Section>
  );
}
