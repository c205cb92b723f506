/** Who is waiting for me? And where to go on. */

import "./home.css";
import { computed } from "@preact/signals";

import { quotaStatus, usageToday } from "../api/money";
import type { MachineView } from "../api/types";
import { useFreshAnswer } from "../app/answer";
import { useNowAndThen } from "../app/later";
import { lazy } from "../app/lazy";
import { Page } from "../app/page";
import { Link, paths } from "../app/router";
import {
  isOperator,
  type Listed,
  listed,
  machines,
  mayWork,
  overlay,
  store,
  user,
} from "../app/state";
import { t } from "../i18n";
import { dollars } from "../i18n/format";
import { oneLine } from "../text/visible";
import { Badge, Empty, Foreign, Section, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { StatusMark } from "../ui/status";
import { SessionList } from "./session-list";

const PermissionCard = lazy(
  () => import("../permission/card").then((module) => module.PermissionCard),
  () => <Skeleton lines={3} />,
);

const BudgetCard = lazy(
  () => import("../budget/card").then((module) => module.BudgetCard),
  () => <Skeleton lines={3} />,
);

const BudgetsAtALine = lazy(
  () => import("./home-budgets").then((module) => module.BudgetsAtALine),
  () => <Skeleton lines={2} />,
);

/** More questions than this are for the inbox. */
const MOST_QUESTIONS = 3;
const MOST_RECENT = 8;

/** While agents work it changes all the time. */
const SPENT_EVERY_MS = 5_000;
const BUDGETS_EVERY_MS = 10_000;

const counts = computed(() => {
  const of = (...statuses: readonly string[]) =>
    listed.value.filter((one) => statuses.includes(one.status)).length;
  return {
    waiting: store.waiting.value,
    working: of("working", "starting"),
    unread: of("unread"),
    offline: machines.value.filter((machine) => machine.status !== "online").length,
  };
});

export function HomePage() {
  const words = t().home;
  if (!store.ready.value) {
    return (
      <Page title={words.title} fit="wide">
        <Skeleton lines={8} />
      </Page>
    );
  }
  const isNew = machines.value.length === 0 || listed.value.length === 0;
  return (
    <Page title={words.title} fit="wide">
      <Greeting />
      {isNew && mayWork(user.value) && <QuickStart />}
      <div class="home">
        <div class="home-main">
          <Questions />
          <Budgets />
          <Recent />
        </div>
        <Machines />
      </div>
    </Page>
  );
}

function Greeting() {
  const words = t().home;
  const spent = useSpentToday();
  const { waiting, working, unread, offline } = counts.value;
  const facts = [
    waiting > 0 && { tone: "needs", mark: "needs_you", text: words.waiting(waiting) },
    working > 0 && { tone: "working", mark: "working", text: words.working(working) },
    unread > 0 && { tone: "unread", mark: "unread", text: words.unread(unread) },
    offline > 0 && { tone: "idle", mark: "offline", text: words.offline(offline) },
  ].filter((fact) => fact !== false);
  return (
    <header class="greeting">
      <h2>
        {waiting > 0 ? words.needed : words.greeting(oneLine(user.value?.display_name ?? ""))}
      </h2>
      <ul class="greeting-facts">
        {facts.map((fact) => (
          <li key={fact.tone} class={`greeting-fact fact-${fact.tone}`}>
            <StatusMark status={fact.mark as Listed["status"]} />
            {fact.text}
          </li>
        ))}
        {facts.length === 0 && <li class="faint">{words.all_quiet}</li>}
        {spent !== null && (
          <li class="greeting-fact">
            <Link to={paths.usage()}>{words.spent(spent)}</Link>
          </li>
        )}
      </ul>
    </header>
  );
}

/** What was spent on the day that quotas count, in words; null where it was nothing. */
function useSpentToday(): string | null {
  const told = useNowAndThen(store.usage.told.value, SPENT_EVERY_MS);
  const total = useFreshAnswer(usageToday, told).value;
  if (total === null || total.calls === 0) {
    return null;
  }
  const isCertain = !total.cost_is_assumed && total.estimated_calls === 0;
  return `${isCertain ? "" : "~"}${dollars(total.cost_usd)}`;
}

function Questions() {
  const words = t().home;
  const pending = store.pending.value;
  const budgets = store.budgets.pending.value;
  const count = pending.length + budgets.length;
  if (count === 0) {
    return null;
  }
  return (
    <Section
      title={words.questions}
      aside={count > MOST_QUESTIONS && <Link to={paths.inbox}>{words.all_questions(count)}</Link>}
    >
      <div class="home-cards">
        {budgets.slice(0, MOST_QUESTIONS).map((request) => (
          <BudgetCard key={request.budget_request_id} request={request} />
        ))}
        {pending.slice(0, Math.max(0, MOST_QUESTIONS - budgets.length)).map((permission) => (
          <PermissionCard key={permission.request_id} permission={permission} />
        ))}
      </div>
    </Section>
  );
}

/** What comes to an end, before it stops anybody. */
function Budgets() {
  const told = useNowAndThen(store.usage.told.value, BUDGETS_EVERY_MS);
  const { value } = useFreshAnswer(quotaStatus, told);
  const quotas = (value?.quotas ?? []).filter((one) => one.reached_percent != null);
  return quotas.length === 0 ? null : <BudgetsAtALine quotas={quotas} />;
}

function Recent() {
  const words = t().home;
  const recent = [...listed.value]
    .filter((one) => one.status !== "needs_you")
    .sort((one, other) => other.session.last_active_at.localeCompare(one.session.last_active_at))
    .slice(0, MOST_RECENT);
  if (recent.length === 0) {
    return null;
  }
  return (
    <Section title={words.recent}>
      <SessionList sessions={recent} withMachine />
    </Section>
  );
}

function Machines() {
  const words = t().home;
  return (
    <Section
      title={words.machines}
      aside={
        isOperator(user.value) && (
          <Button
            size="s"
            look="ghost"
            icon="plus"
            onClick={() => {
              overlay.value = { kind: "enrol" };
            }}
          >
            {words.add}
          </Button>
        )
      }
    >
      {machines.value.length === 0 ? (
        <div class="card">
          <Empty icon="machine" title={words.no_machines}>
            {isOperator(user.value) ? words.no_machines_text : words.no_access_text}
          </Empty>
        </div>
      ) : (
        <ul class="home-machines">
          {machines.value.map((machine) => (
            <MachineCard key={machine.machine_id} machine={machine} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function MachineCard({ machine }: { machine: MachineView }) {
  const words = t().home;
  const isOnline = machine.status === "online";
  const sessions = listed.value.filter(
    (one) => one.machine === machine && one.status !== "ended" && one.status !== "failed",
  );
  const agents = machine.agents.filter((agent) => agent.missing === undefined);
  return (
    <li class="card home-machine" data-machine-id={machine.machine_id}>
      <Link to={paths.machine(machine.machine_id)} class="home-machine-link">
        <span class="cut">
          <Foreign text={machine.machine_name} />
        </span>
        <Badge tone={isOnline ? "working" : "idle"}>
          {isOnline ? t().status.online : t().status.offline}
        </Badge>
      </Link>
      <p class="small faint">
        <Foreign text={machine.os_version} /> · {words.sessions(sessions.length)}
      </p>
      <p class="home-agents">
        {agents.slice(0, 5).map((agent) => (
          <span key={agent.name} class="agent-chip">
            <Foreign text={agent.title} />
          </span>
        ))}
        {agents.length === 0 && <span class="small faint">{words.no_agents}</span>}
      </p>
    </li>
  );
}

/** The first steps, each crossed off when it is done. */
function QuickStart() {
  const words = t().home;
  const hasMachine = machines.value.length > 0;
  const steps = [
    {
      isDone: hasMachine,
      title: words.step_machine,
      text: words.step_machine_text,
      action: isOperator(user.value) && (
        <Button
          look={hasMachine ? "secondary" : "primary"}
          onClick={() => {
            overlay.value = { kind: "enrol" };
          }}
        >
          {t().actions.add_machine}
        </Button>
      ),
    },
    {
      isDone: listed.value.length > 0,
      title: words.step_session,
      text: words.step_session_text,
      action: hasMachine && (
        <Button
          look="primary"
          onClick={() => {
            overlay.value = { kind: "new_session", machineId: null, sessionKind: "chat" };
          }}
        >
          {t().actions.new_session}
        </Button>
      ),
    },
    {
      isDone: false,
      title: words.step_key,
      text: words.step_key_text,
      action: isOperator(user.value) && (
        <Link to={paths.settings("keys")} class="button button-secondary button-m">
          {words.step_key_action}
        </Link>
      ),
    },
  ];
  return (
    <ol class="card steps">
      {steps.map((step, index) => (
        <li key={step.title} class={step.isDone ? "step step-crossed" : "step"}>
          <span class="step-number" aria-hidden="true">
            {step.isDone ? <Icon name="check" size={16} /> : index + 1}
          </span>
          <div class="step-words">
            <h3>{step.title}</h3>
            <p class="faint">{step.text}</p>
          </div>
          {!step.isDone && step.action}
        </li>
      ))}
    </ol>
  );
}
