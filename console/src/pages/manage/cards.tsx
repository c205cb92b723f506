/** Count cards: each a number, what is in it, and the way to the page where it is dealt with. */

import { Link, paths } from "../../app/router";
import { isPaused, live, machines, store, user } from "../../app/state";
import { t } from "../../i18n";
import { dollars, number, relative } from "../../i18n/format";
import { now } from "../../time/clock";
import { Badge, Skeleton, type Tone } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/icon";
import { type Facts, isActivePerson } from "./facts";

/** A snapshot holds the last active ones; with so many there may be more. */
const SNAPSHOT_SESSIONS = 200;

interface Part {
  tone: Tone;
  text: string;
}

interface Counted {
  name: string;
  icon: IconName;
  to: string;
  /** Null until it is known. */
  value: string | null;
  parts: readonly Part[];
  /** What is said where there is no part. */
  quiet: string;
}

export function Cards({ facts }: { facts: Facts }) {
  const all = [
    machineCard(),
    sessionCard(),
    peopleCard(facts),
    spentCard(facts),
    budgetCard(facts),
    tokenCard(facts),
    keyCard(facts),
    ...(user.value?.role === "system_admin" ? [tenantCard(facts)] : []),
  ];
  return (
    <section aria-label={t().manage.cards}>
      <ul class="manage-cards">
        {all.map((card) => (
          <li key={card.name} data-card={card.icon}>
            <Card card={card} isFailed={facts.error !== null} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Card({ card, isFailed }: { card: Counted; isFailed: boolean }) {
  const { name, icon, to, value, parts, quiet } = card;
  return (
    <Link to={to} class="card manage-card">
      <span class="manage-card-name">
        <Icon name={icon} size={16} />
        {name}
      </span>
      {value === null && !isFailed ? (
        <Skeleton lines={2} />
      ) : (
        <>
          <span class="manage-card-value">{value ?? "–"}</span>
          <span class="manage-card-parts">
            {parts.map((part) => (
              <Badge key={part.text} tone={part.tone}>
                {part.text}
              </Badge>
            ))}
            {value !== null && parts.length === 0 && <span class="small faint">{quiet}</span>}
          </span>
        </>
      )}
    </Link>
  );
}

/** A part of a number, where there is any. */
const part = (count: number, tone: Tone, text: (count: number) => string): Part[] =>
  count > 0 ? [{ tone, text: text(count) }] : [];

function machineCard(): Counted {
  const words = t().manage;
  const all = machines.value;
  const online = all.filter((one) => one.status === "online").length;
  const release = live.serverVersion.value;
  const others = all.filter((one) => release !== null && one.agent_version !== release).length;
  return {
    name: words.machines,
    icon: "machine",
    to: paths.machines,
    value: store.ready.value ? number(all.length) : null,
    quiet: words.no_machines,
    parts: [
      ...part(online, "working", words.online),
      ...part(all.length - online, "idle", words.offline),
      ...part(all.filter((one) => one.frozen || one.all_frozen).length, "needs", words.frozen),
      ...part(all.filter((one) => one.closed).length, "needs", words.closed),
      ...part(others, "unread", words.other_release),
    ],
  };
}

function sessionCard(): Counted {
  const words = t().manage;
  const known = [...store.sessions.value.values()];
  const open = known.filter((one) => one.status !== "stopped" && one.status !== "failed");
  const terminals = open.filter((one) => one.kind === "terminal");
  const working = open.filter(
    (one) => one.kind !== "terminal" && (one.status === "running" || one.status === "starting"),
  );
  const asking = new Set(
    [...store.pending.value, ...store.budgets.pending.value].map((one) => one.session_id),
  );
  const more = known.length >= SNAPSHOT_SESSIONS ? "+" : "";
  return {
    name: words.sessions,
    icon: "chat",
    to: paths.sessions,
    value: store.ready.value ? `${number(open.length)}${more}` : null,
    quiet: words.nothing_runs,
    parts: [
      ...part(asking.size, "needs", words.waiting),
      ...part(working.length, "working", words.working),
      ...part(terminals.length, "idle", words.terminals),
      ...part(open.filter(isPaused).length, "idle", words.paused),
    ],
  };
}

function peopleCard({ people }: Facts): Counted {
  const words = t().manage;
  const persons = people?.filter((one) => one.kind === "person") ?? [];
  const inState = (state: string) => persons.filter((one) => one.state === state).length;
  const without = persons.filter((one) => isActivePerson(one) && !one.has_second_factor).length;
  return {
    name: words.people,
    icon: "users",
    to: paths.settings("people"),
    value: people && number(persons.length),
    quiet: words.all_in_order,
    parts: [
      ...part(without, "needs", words.without_factor),
      ...part(inState("invited"), "unread", words.invited),
      ...part(inState("disabled"), "idle", words.disabled),
    ],
  };
}

function spentCard({ today }: Facts): Counted {
  const words = t().manage;
  const isGuessed = today && (today.cost_is_assumed || today.estimated_calls > 0);
  return {
    name: words.spent,
    icon: "chart",
    to: paths.usage(),
    value: today && `${isGuessed ? "~" : ""}${dollars(today.cost_usd)}`,
    quiet: words.calls(today?.calls ?? 0),
    parts: [],
  };
}

function budgetCard({ budgets }: Facts): Counted {
  const words = t().manage;
  const atLine = budgets?.atLine ?? [];
  const gone = atLine.filter((one) => one.left <= 0).length;
  return {
    name: words.budgets,
    icon: "gauge",
    to: paths.usage("quotas"),
    value: budgets && number(budgets.count),
    quiet: budgets?.count === 0 ? words.no_budgets : words.budgets_fine,
    parts: [
      ...part(gone, "failed", words.used_up),
      ...part(atLine.length - gone, "needs", words.at_line),
    ],
  };
}

function tokenCard({ enrolments }: Facts): Counted {
  const words = t().manage;
  const open = enrolments?.filter((one) => one.state === "open") ?? [];
  const [first] = open.map((one) => one.expires_at).sort();
  return {
    name: words.tokens,
    icon: "link",
    to: paths.manage("registration-tokens"),
    value: enrolments && number(open.length),
    quiet: first === undefined ? words.no_tokens : words.next_ends(relative(first, now.value)),
    parts: [],
  };
}

function keyCard({ keys }: Facts): Counted {
  const words = t().manage;
  const refused = keys?.filter((one) => one.last_test?.result === "rejected").length ?? 0;
  const off = keys?.filter((one) => one.state !== "active").length ?? 0;
  return {
    name: words.keys,
    icon: "key",
    to: paths.settings("keys"),
    value: keys && number(keys.length),
    quiet: keys?.length === 0 ? words.no_keys : words.keys_fine,
    parts: [
      ...part(refused, "failed", words.keys_refused),
      ...part(off, "idle", words.keys_inactive),
    ],
  };
}

function tenantCard({ tenants }: Facts): Counted {
  const words = t().manage;
  const frozen = tenants?.filter((one) => one.frozen).length ?? 0;
  const people = tenants?.reduce((sum, one) => sum + one.users, 0) ?? 0;
  return {
    name: words.tenants,
    icon: "globe",
    to: paths.manage("tenants"),
    value: tenants && number(tenants.length),
    quiet: words.tenants_people(people),
    parts: part(frozen, "needs", words.tenants_frozen),
  };
}
