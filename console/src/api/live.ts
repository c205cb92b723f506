/** What the WebSocket `/ws` says, as `contract::live` writes it. */

import type {
  MachineView,
  PermissionView,
  SessionView,
  Time,
  TurnView,
  UpdateRecord,
} from "./types";

export interface Connected {
  connection_id: string;
  server_time: Time;
  server_version: string;
}

export interface Snapshot {
  machines: MachineView[];
  sessions: SessionView[];
  permissions: PermissionView[];
}

export interface SessionUpdates {
  session_id: string;
  updates: UpdateRecord[];
}

export type StreamState = "live" | "machine_offline" | "restarted" | "ended";

export interface SessionStream {
  session_id: string;
  state: StreamState;
  message: string | null;
}

/** Every notification, by method. */
export type Notification =
  | { method: "connected"; params: Connected }
  | { method: "snapshot"; params: Snapshot }
  | { method: "machine.updated"; params: MachineView }
  | { method: "machine.deleted"; params: { machine_id: string } }
  | { method: "session.updated"; params: SessionView }
  | { method: "session.deleted"; params: { session_id: string } }
  | { method: "turn.updated"; params: TurnView }
  | { method: "permission.updated"; params: PermissionView }
  | { method: "session.updates"; params: SessionUpdates }
  | { method: "session.stream"; params: SessionStream }
  | { method: "closing"; params: { reason: string } };

/** Requests that a page may send. */
export type LiveRequest =
  | { method: "session.subscribe"; params: { session_id: string; after: number } }
  | { method: "session.unsubscribe"; params: { session_id: string } };
