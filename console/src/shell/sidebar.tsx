/** Where one can go: the pages, and every session hanging from its machine. */

import { computed, signal } from "@preact/signals";

import "./sidebar.css";
import type { MachineView } from "../api/types";
import { account } from "../app/account";
import { Link, path, paths } from "../app/router";
import {
  isLent,
  isOperator,
  type Listed,
  listed,
  machines,
  mayWork,
  overlay,
  store,
  whoWorks,
} from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { MOD } from "../keyboard/keys";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import { Count, Foreign, Key, Skeleton } from "../ui/bits";
import { Button, IconButton } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { Logo } from "../ui/logo";
import { StatusMark } from "../ui/status";
import { Connected } from "./connection";

const search = signal("");

/** Sessions that have ended are behind a line until somebody wants to see them. */
const showsEnded = signal(false);

const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return listed.value.filter(({ session, machine }) => {
    const { title, tags, project_path, agent_name } = session;
    const text = [title, ...tags, project_path, agent_name, machine?.machine_name];
    const all = text.join(" ").toLowerCase();
    return words.every((word) => all.includes(word));
  });
});

const isSearching = computed(() => search.value.trim() !== "");

export function Sidebar({ onGo }: { onGo?: () => void }) {
  const words = t().shell;
  const user = account.value.state === "signed_in" ? account.value.user : null;
  return (
    <div class="sidebar">
      <div class="sidebar-top">
        <Link to={paths.home} class="brand" onGo={onGo} aria-label={words.brand_home}>
          <Logo />
          <span>Gantline</span>
        </Link>
        <IconButton
          icon="search"
          label={t().actions.palette}
          keyHint={`${MOD} K`}
          onClick={() => {
            overlay.value = { kind: "palette" };
          }}
        />
      </div>
      {mayWork(user) && (
        <div class="sidebar-new">
          <Button
            look="primary"
            icon="plus"
            keyHint="C"
            onClick={() => {
              overlay.value = { kind: "new_session", machineId: null, sessionKind: "chat" };
            }}
          >
            {t().actions.new_session}
          </Button>
        </div>
      )}
      <nav class="sidebar-nav" aria-label={words.pages}>
        <NavLink to={paths.home} icon="home" label={words.home} onGo={onGo} />
        <NavLink
          to={paths.inbox}
          icon="inbox"
          label={words.inbox}
          count={store.waiting.value}
          onGo={onGo}
        />
        <NavLink to={paths.machines} icon="machine" label={words.machines} onGo={onGo} />
        <NavLink to={paths.jobs} icon="jobs" label={words.jobs} onGo={onGo} />
        <NavLink to={paths.usage()} icon="chart" label={words.usage} onGo={onGo} />
        {isOperator(user) && (
          <NavLink to={paths.manage()} icon="gauge" label={words.manage} onGo={onGo} />
        )}
        <NavLink to={paths.settings()} icon="settings" label={words.settings} onGo={onGo} />
      </nav>
      <div class="sidebar-search">
        <Icon name="search" size={15} />
        <input
          type="search"
          data-search
          placeholder={words.search_sessions}
          aria-label={words.search_sessions}
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              search.value = "";
              event.currentTarget.blur();
            }
          }}
        />
        {!isSearching.value && <Key>/</Key>}
      </div>
      <nav class="sidebar-sessions" aria-label={words.sessions}>
        <SessionGroups onGo={onGo} isOperator={isOperator(user)} />
      </nav>
      <footer class="sidebar-foot">
        <Link to={paths.settings()} class="sidebar-user" onGo={onGo}>
          <span class="avatar" aria-hidden="true">
            {oneLine(user?.display_name ?? "")
              .slice(0, 1)
              .toUpperCase()}
          </span>
          <span class="cut">
            <Foreign text={user?.display_name ?? ""} />
          </span>
        </Link>
        <Connected />
      </footer>
    </div>
  );
}

interface NavLinkProps {
  to: string;
  icon: IconName;
  label: string;
  count?: number;
  onGo?: (() => void) | undefined;
}

function NavLink({ to, icon, label, count = 0, onGo }: NavLinkProps) {
  const isHere = to === "/" ? path.value === "/" : path.value.startsWith(`/${to.split("/")[1]}`);
  return (
    <Link to={to} class={`nav-link ${isHere ? "nav-here" : ""}`} onGo={onGo}>
      <Icon name={icon} />
      <span>{label}</span>
      <Count value={count} label={t().shell.waiting(count)} />
    </Link>
  );
}

interface Group {
  /** Or why there is none to show. */
  machine: MachineView | "lent" | "gone";
  sessions: readonly Listed[];
}

function groups(): Group[] {
  const sessions = found.value;
  const isOpen = (one: Listed) => one.status !== "ended" || showsEnded.value || isSearching.value;
  const known = machines.value.map((machine) => ({
    machine,
    sessions: sessions.filter((one) => one.machine === machine && isOpen(one)),
  }));
  const lost = sessions.filter((one) => one.machine === undefined && isOpen(one));
  const lent = lost.filter((one) => isLent(one.session));
  const gone = lost.filter((one) => !lent.includes(one));
  const all: Group[] = [
    ...known,
    ...(lent.length > 0 ? [{ machine: "lent" as const, sessions: lent }] : []),
    ...(gone.length > 0 ? [{ machine: "gone" as const, sessions: gone }] : []),
  ];
  return isSearching.value ? all.filter((group) => group.sessions.length > 0) : all;
}

function SessionGroups({
  onGo,
  isOperator: operates,
}: {
  onGo?: (() => void) | undefined;
  isOperator: boolean;
}) {
  const words = t().shell;
  if (!store.ready.value) {
    return <Skeleton lines={6} />;
  }
  const all = groups();
  if (all.length === 0) {
    return (
      <p class="sidebar-none">
        {isSearching.value ? words.nothing_found : operates ? words.no_machines : words.no_access}
      </p>
    );
  }
  const ended = found.value.filter((one) => one.status === "ended").length;
  return (
    <>
      {all.map((group) => (
        <MachineGroup key={keyOf(group)} group={group} onGo={onGo} />
      ))}
      {ended > 0 && !isSearching.value && (
        <button
          type="button"
          class="sidebar-more"
          aria-expanded={showsEnded.value}
          onClick={() => {
            showsEnded.value = !showsEnded.value;
          }}
        >
          <Icon name={showsEnded.value ? "chevron_down" : "chevron_right"} size={14} />
          {words.ended(ended)}
        </button>
      )}
      <Link to={paths.sessions} class="sidebar-more" onGo={onGo}>
        <Icon name="archive" size={14} />
        {words.all_sessions}
      </Link>
    </>
  );
}

function keyOf({ machine }: Group): string {
  return typeof machine === "string" ? machine : machine.machine_id;
}

function MachineGroup({ group, onGo }: { group: Group; onGo?: (() => void) | undefined }) {
  const { sessions } = group;
  const machine = typeof group.machine === "string" ? null : group.machine;
  const isOnline = machine?.status === "online";
  return (
    <section class="rig">
      <header class="rig-head">
        <span class={`rig-block ${isOnline ? "rig-online" : ""}`} />
        {machine ? (
          <Link to={paths.machine(machine.machine_id)} class="rig-name cut" onGo={onGo}>
            <Foreign text={machine.machine_name} />
          </Link>
        ) : (
          <span class="rig-name">
            {group.machine === "lent" ? t().share.lent : t().shell.gone_machine}
          </span>
        )}
        {machine && !isOnline && <span class="rig-state">{t().status.offline}</span>}
        {machine && isOnline && (
          <IconButton
            icon="plus"
            size="s"
            class="rig-add"
            label={t().shell.new_on(oneLine(machine.machine_name))}
            onClick={() => {
              const machineId = machine.machine_id;
              overlay.value = { kind: "new_session", machineId, sessionKind: "chat" };
            }}
          />
        )}
      </header>
      <ul class="rig-line">
        {sessions.map((one) => (
          <SessionLink key={one.session.session_id} listed={one} onGo={onGo} />
        ))}
      </ul>
    </section>
  );
}

interface SessionLinkProps {
  listed: Listed;
  onGo?: (() => void) | undefined;
}

function SessionLink({ listed: { session, status }, onGo }: SessionLinkProps) {
  const stands = t().status[status];
  const who = whoWorks(session);
  return (
    <li>
      <Link
        to={paths.session(session.session_id)}
        class={`session-link session-${status}`}
        data-session-id={session.session_id}
        data-status={status}
        onGo={onGo}
      >
        <StatusMark status={status} />
        <span class="session-words">
          <span class="session-title cut">
            <Foreign text={session.title} />
          </span>
          <span class="session-facts cut">
            <span class="session-status">{stands}</span>
            <span aria-hidden="true">·</span>
            <span class="session-who cut">
              <Foreign text={who} />
            </span>
            <span aria-hidden="true">·</span>
            <span>{relative(session.last_active_at, now.value)}</span>
          </span>
        </span>
      </Link>
    </li>
  );
}
