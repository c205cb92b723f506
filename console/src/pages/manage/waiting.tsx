/** Who waits for an answer: agents with a question, and sessions at the end of a budget. */

import type { AccountView } from "../../api/types";
import { Link, paths } from "../../app/router";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/icon";

/** More than these are for the inbox. */
const MOST = 8;

interface Waits {
  id: string;
  icon: IconName;
  sessionId: string;
  machineId: string;
  what: string;
  /** Of the agent's question, in its own words. */
  title: string | null;
  since: string;
}

export function Waiting({ people }: { people: readonly AccountView[] | null }) {
  const words = t().manage;
  const all = waits();
  return (
    <Section
      title={words.waits}
      aside={all.length > MOST && <Link to={paths.inbox}>{words.all_waiting(all.length)}</Link>}
    >
      {!store.ready.value && <Skeleton lines={4} />}
      {store.ready.value && all.length === 0 && (
        <div class="card">
          <Empty icon="check" title={words.nobody_waits}>
            {words.nobody_waits_text}
          </Empty>
        </div>
      )}
      {all.length > 0 && (
        <ul class="card manage-rows">
          {all.slice(0, MOST).map((one) => (
            <Row key={one.id} one={one} people={people} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function waits(): Waits[] {
  const words = t().manage;
  const questions = store.pending.value.map((one) => ({
    id: one.request_id,
    icon: "question" as const,
    sessionId: one.session_id,
    machineId: one.machine_id,
    what: words.asks_permission,
    title: one.title,
    since: one.asked_at,
  }));
  const budgets = store.budgets.pending.value.map((one) => ({
    id: one.budget_request_id,
    icon: "gauge" as const,
    sessionId: one.session_id,
    machineId: one.machine_id,
    what: words.asks_budget,
    title: null,
    since: one.asked_at,
  }));
  return [...questions, ...budgets].sort((one, other) => one.since.localeCompare(other.since));
}

function Row({ one, people }: { one: Waits; people: readonly AccountView[] | null }) {
  const words = t().manage;
  const session = store.sessions.value.get(one.sessionId);
  const machine = store.machines.value.get(one.machineId);
  const owner = session?.owner;
  const name =
    people?.find((account) => account.user_id === owner?.user_id)?.display_name ??
    owner?.display_name;
  return (
    <li data-waits={one.id}>
      <Link to={paths.session(one.sessionId)} class="manage-row">
        <Icon name={one.icon} />
        <span class="manage-row-words">
          <span class="manage-row-title">
            <Foreign text={session?.title ?? t().shell.sessions} />
            <span class="faint">{one.what}</span>
          </span>
          {one.title !== null && (
            <span class="small manage-row-quote">{oneLine(one.title, 160)}</span>
          )}
          <span class="small faint">
            {name && <>{words.started_by(oneLine(name, 60))} · </>}
            <Foreign text={machine?.machine_name ?? t().shell.gone_machine} /> ·{" "}
            <Ago at={one.since} />
          </span>
        </span>
        <Icon name="chevron_right" size={16} />
      </Link>
    </li>
  );
}
