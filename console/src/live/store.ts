/** What the server has told: machines, sessions, questions, turns. Each as it was last heard of. */

import { batch, computed, signal } from "@preact/signals";

import type { Notification } from "../api/live";
import type { MachineView, PermissionView, SessionView, TurnView } from "../api/types";
import { BudgetStore } from "./budgets";
import { JobStore } from "./jobs";
import { PresenceStore } from "./presence";
import { UsageStore } from "./usage";

/** The most sessions that a snapshot holds; older ones come page by page. */
const SNAPSHOT_SESSIONS = 200;

/** Turns are kept for what is on the screen; the oldest are dropped. */
const MAX_TURNS = 2000;

/** Answered questions stay for a while, so that everybody sees what became of them. */
const MAX_PERMISSIONS = 500;

export class Store {
  /** Whether a snapshot has come, all parts of it. */
  readonly ready = signal(false);
  readonly machines = signal<ReadonlyMap<string, MachineView>>(new Map());
  readonly sessions = signal<ReadonlyMap<string, SessionView>>(new Map());
  readonly permissions = signal<ReadonlyMap<string, PermissionView>>(new Map());
  readonly turns = signal<ReadonlyMap<string, TurnView>>(new Map());

  readonly jobs = new JobStore();

  /** Sessions that wait for a larger budget. */
  readonly budgets = new BudgetStore();

  readonly usage = new UsageStore();

  readonly presence = new PresenceStore();

  /** Grows whenever rules may have changed: what shows them asks again. */
  readonly rulesSeen = signal(0);

  /** Questions that nobody has answered, the oldest first. */
  readonly pending = computed(() => {
    const all = [...this.permissions.value.values()];
    const pending = all.filter((permission) => permission.state === "pending");
    return pending.sort((one, other) => one.asked_at.localeCompare(other.asked_at));
  });

  /** How many questions and larger budgets wait for whoever looks at this page. */
  readonly waiting = computed(() => {
    const budgets = this.budgets.pending.value.filter((request) => request.can_grant);
    return this.pending.value.length + budgets.length;
  });

  /** Takes in what the server says about lists. */
  apply(said: Notification): void {
    switch (said.method) {
      case "session.snapshot":
        this.sessions.value = this.#withOlder(said.params.sessions);
        break;
      case "machine.snapshot":
        this.machines.value = byId(said.params.machines, (machine) => machine.machine_id);
        break;
      case "permission.snapshot":
        // The last part of it.
        batch(() => {
          this.permissions.value = this.#withAnswered(said.params.permissions);
          this.ready.value = true;
          // What was told in between was not heard.
          this.rulesSeen.value += 1;
        });
        break;
      case "machine.updated":
        this.machines.value = withEntry(this.machines.value, said.params.machine_id, said.params);
        break;
      case "machine.deleted":
        this.machines.value = withoutEntry(this.machines.value, said.params.machine_id);
        break;
      case "session.updated":
        this.putSession(said.params);
        break;
      case "session.deleted":
        this.dropSession(said.params.session_id);
        break;
      case "session.usage":
        this.usage.hear(said.params);
        break;
      case "session.presence":
        this.presence.hear(said.params);
        break;
      case "turn.updated":
        this.putTurns([said.params]);
        break;
      case "permission.updated":
        this.putPermission(said.params);
        break;
      case "rule.updated":
      case "rule.deleted":
        this.rulesSeen.value += 1;
        break;
      default:
        this.jobs.apply(said);
        this.budgets.apply(said);
    }
  }

  /** Takes in a session that the server has answered with; what is newer already stays. */
  putSession(session: SessionView): void {
    const known = this.sessions.value.get(session.session_id);
    if (known && known.last_active_at > session.last_active_at) {
      return;
    }
    this.sessions.value = withEntry(this.sessions.value, session.session_id, session);
  }

  putSessions(sessions: readonly SessionView[]): void {
    batch(() => {
      for (const session of sessions) {
        this.putSession(session);
      }
    });
  }

  dropSession(sessionId: string): void {
    this.sessions.value = withoutEntry(this.sessions.value, sessionId);
  }

  /** Questions only move forward. */
  putPermission(permission: PermissionView): void {
    const known = this.permissions.value.get(permission.request_id);
    if (known && rank(known) > rank(permission)) {
      return;
    }
    const all = withEntry(this.permissions.value, permission.request_id, permission);
    this.permissions.value = newest(all, MAX_PERMISSIONS, (one) => one.state !== "pending");
  }

  putTurns(turns: readonly TurnView[]): void {
    const all = new Map(this.turns.value);
    for (const turn of turns) {
      const known = all.get(turn.turn_id);
      if (!known || TURN_RANK[known.state] <= TURN_RANK[turn.state]) {
        all.set(turn.turn_id, turn);
      }
    }
    this.turns.value = newest(all, MAX_TURNS, () => true);
  }

  /** Forgets everything: somebody else may sign in. */
  clear(): void {
    batch(() => {
      this.ready.value = false;
      this.machines.value = new Map();
      this.sessions.value = new Map();
      this.permissions.value = new Map();
      this.turns.value = new Map();
      this.jobs.clear();
      this.budgets.clear();
      this.usage.clear();
      this.presence.clear();
    });
  }

  /**
   * A full snapshot ends somewhere, and has nothing that was put away; such sessions were paged in
   * and still exist.
   */
  #withOlder(sessions: readonly SessionView[]): ReadonlyMap<string, SessionView> {
    const all = new Map(byId(sessions, (session) => session.session_id));
    const isFull = sessions.length >= SNAPSHOT_SESSIONS;
    const oldest = isFull ? (sessions.at(-1)?.last_active_at ?? "") : "";
    for (const session of this.sessions.value.values()) {
      const isBeyond = session.archived || session.last_active_at < oldest;
      if (isBeyond && !all.has(session.session_id)) {
        all.set(session.session_id, session);
      }
    }
    return all;
  }

  /** A question that is open no more was answered or withdrawn while nobody listened. */
  #withAnswered(open: readonly PermissionView[]): ReadonlyMap<string, PermissionView> {
    const known = [...this.permissions.value.values()];
    const over = known.filter((permission) => permission.state !== "pending");
    return byId([...over, ...open], (permission) => permission.request_id);
  }
}

const PERMISSION_RANK = {
  pending: 0,
  answered: 1,
  delivered: 2,
  resolved: 3,
  withdrawn: 3,
} as const;

const TURN_RANK = {
  sent: 0,
  on_machine: 1,
  running: 2,
  done: 3,
  cancelled: 3,
  failed: 3,
  unknown: 3,
} as const;

function rank(permission: PermissionView): number {
  return PERMISSION_RANK[permission.state];
}

function byId<Value>(values: readonly Value[], id: (value: Value) => string): Map<string, Value> {
  return new Map(values.map((value) => [id(value), value]));
}

function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  id: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return new Map(map).set(id, value);
}

function withoutEntry<Value>(
  map: ReadonlyMap<string, Value>,
  id: string,
): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(id);
  return rest;
}

/** At most so many entries: the first that may be dropped are. */
function newest<Value>(
  map: ReadonlyMap<string, Value>,
  most: number,
  mayDrop: (value: Value) => boolean,
): ReadonlyMap<string, Value> {
  if (map.size <= most) {
    return map;
  }
  const kept = new Map(map);
  for (const [id, value] of map) {
    if (kept.size <= most) {
      break;
    }
    if (mayDrop(value)) {
      kept.delete(id);
    }
  }
  return kept;
}
