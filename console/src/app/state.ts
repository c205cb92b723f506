/** The state of the whole page: who is signed in, what the server has told, what is open. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";

import type { MachineView, SessionView, UserView } from "../api/types";
import { t } from "../i18n";
import { Live } from "../live/live";
import { SeenMarks } from "../live/seen";
import { byStatus, type Status, statusOf } from "../live/status";
import { Store } from "../live/store";
import { checkAccount } from "./account";

export const store = new Store();

export const live = new Live(store, () => void checkAccount());

export const seen = new SeenMarks(new Date().toISOString());

/** What lies over the page. */
export type Overlay =
  | { kind: "new_session"; machineId: string | null; sessionKind: "chat" | "terminal" }
  | { kind: "new_job" }
  | { kind: "enrol" }
  | { kind: "palette" }
  | { kind: "shortcuts" }
  | { kind: "drawer" };

export const overlay = signal<Overlay | null>(null);

/** Grows whenever this page has made or revoked a registration token: what lists them asks again. */
export const enrolmentsSeen = signal(0);

/** Who looks at this page; null before it is known. */
export const user = signal<UserView | null>(null);

/** A session with everything that a list says of it. */
export interface Listed {
  session: SessionView;
  machine: MachineView | undefined;
  status: Status;
}

const sessionsWithQuestion = computed(() => {
  const budgets = store.budgets.pending.value.filter((request) => request.can_grant);
  return new Set([...store.pending.value, ...budgets].map((question) => question.session_id));
});

/** Whether a session is another person's, on a machine that one may not know of. */
export function isLent({ machine_id, owner }: SessionView): boolean {
  return !store.machines.value.has(machine_id) && owner.user_id !== user.value?.user_id;
}

/** What a list says of a session. */
export function describe(session: SessionView): Listed {
  const machine = store.machines.value.get(session.machine_id);
  const status = statusOf({
    session,
    machine,
    isLent: isLent(session),
    hasQuestion: sessionsWithQuestion.value.has(session.session_id),
    isUnread: seen.isUnread(session.session_id, session.last_active_at),
  });
  return { session, machine, status };
}

/** Every known session that was not put away: first what needs somebody, then by activity. */
export const listed: ReadonlySignal<readonly Listed[]> = computed(() => {
  const current = [...store.sessions.value.values()].filter((session) => !session.archived);
  const all = current.map(describe);
  return all.sort(
    (one, other) =>
      byStatus(one.status, other.status) ||
      other.session.last_active_at.localeCompare(one.session.last_active_at),
  );
});

/** Machines by name, those that can be worked on first. */
export const machines: ReadonlySignal<readonly MachineView[]> = computed(() =>
  [...store.machines.value.values()].sort(
    (one, other) =>
      Number(other.status === "online") - Number(one.status === "online") ||
      one.machine_name.localeCompare(other.machine_name),
  ),
);

/** Whether something new can begin on a machine at this moment. */
export function takesWork(machine: MachineView): boolean {
  const isKept = machine.frozen || machine.all_frozen || machine.closed;
  return machine.status === "online" && !isKept;
}

/** What people call a session's agent; the shell's own name where there is none. */
export function agentTitle(session: SessionView): string | null {
  const machine = store.machines.value.get(session.machine_id);
  const found = machine?.agents.find((agent) => agent.name === session.agent_name);
  return found?.title ?? session.agent_name ?? null;
}

/** Who works in a session, for people; an import may not say. */
export function whoWorks(session: SessionView): string {
  const somebody = session.kind === "chat" ? t().chat.agent : t().shell.shell;
  return agentTitle(session) ?? somebody;
}

export function isOperator(account: UserView | null): boolean {
  return account?.role === "system_admin" || account?.role === "tenant_admin";
}

export function mayWork(account: UserView | null): boolean {
  return account !== null && account.role !== "read_only";
}

/** Whether nothing of it runs, or is to. */
export function isPaused({ paused, status }: SessionView): boolean {
  return paused != null || status === "paused";
}
