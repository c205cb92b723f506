/** What the WebSocket `/ws` says, as `contract::live` writes it. */

import type { components } from "./schema";
import type {
  BudgetRequests,
  BudgetRequestView,
  JobSummary,
  MachineView,
  PermissionView,
  RuleView,
  SessionPresence,
  SessionUsage,
  SessionView,
  TurnView,
  UpdateRecord,
} from "./types";

type Schemas = components["schemas"];

export type Connected = Schemas["Connected"];

export interface SessionSnapshot {
  sessions: SessionView[];
}

export interface MachineSnapshot {
  machines: MachineView[];
}

export interface PermissionSnapshot {
  permissions: PermissionView[];
}

export interface SessionUpdates {
  session_id: string;
  updates: UpdateRecord[];
}

export type StreamState = Schemas["StreamState"];

export type SessionStream = Schemas["SessionStream"];

/** Every notification, by method. */
export type Notification =
  | { method: "connected"; params: Connected }
  | { method: "session.snapshot"; params: SessionSnapshot }
  | { method: "machine.snapshot"; params: MachineSnapshot }
  | { method: "budget.snapshot"; params: BudgetRequests }
  | { method: "permission.snapshot"; params: PermissionSnapshot }
  | { method: "machine.updated"; params: MachineView }
  | { method: "machine.deleted"; params: Schemas["MachineDeleted"] }
  | { method: "session.updated"; params: SessionView }
  | { method: "session.deleted"; params: Schemas["SessionDeleted"] }
  | { method: "session.usage"; params: SessionUsage }
  | { method: "session.presence"; params: SessionPresence }
  | { method: "session.activity"; params: Schemas["SessionActivity"] }
  | { method: "stream"; params: Schemas["StreamPiece"] }
  | { method: "event"; params: Schemas["TurnEvent"] }
  | { method: "turn.updated"; params: TurnView }
  | { method: "permission.updated"; params: PermissionView }
  | { method: "budget.updated"; params: BudgetRequestView }
  | { method: "session.updates"; params: SessionUpdates }
  | { method: "session.stream"; params: SessionStream }
  | { method: "job.updated"; params: JobSummary }
  | { method: "job.deleted"; params: Schemas["JobDeleted"] }
  | { method: "job.log"; params: Schemas["JobLogged"] }
  | { method: "rule.updated"; params: RuleView }
  | { method: "rule.deleted"; params: Schemas["RuleDeleted"] }
  | { method: "closing"; params: Schemas["Closing"] };

/** A method that the server has and this list has not would be an error here. */
type Known = Notification["method"];
type Described = Schemas["Notification"]["method"];
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
export const EVERY_METHOD_IS_KNOWN: Same<Known, Described> = true;

/** Requests that a page may send. */
export type LiveRequest =
  | { method: "session.subscribe"; params: Required<Schemas["Subscribe"]> }
  | { method: "session.unsubscribe"; params: Schemas["Unsubscribe"] };
