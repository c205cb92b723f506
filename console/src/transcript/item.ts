/** The lines of a chat, as they are drawn. Items are replaced, never changed in place. */

import type { TurnState } from "../api/types";
import type { Content, Notice, PermissionUpdate, PolicyDecision, ToolCall } from "./update";

/** What a person wrote. */
export interface UserItem {
  kind: "user";
  turnId: string;
  author: string;
  content: readonly Content[];
  /** Whether it is the note that somebody added to a denial. */
  isNote: boolean;
  at: number;
}

/** What the agent says, or thinks aloud; text that follows on text is one piece. */
export interface SpeechItem {
  kind: "agent" | "thought";
  content: readonly Content[];
  at: number;
  /** When the last piece came. */
  endedAt: number;
  /** Whether more may follow. */
  isOpen: boolean;
}

export interface ToolItem {
  kind: "tool";
  call: ToolCall;
  decision: PolicyDecision | null;
  at: number;
  endedAt: number | null;
}

/** A question, in the place where it was asked. */
export interface PermissionItem {
  kind: "permission";
  permission: PermissionUpdate;
  at: number;
}

export interface NoticeItem {
  kind: "notice";
  notice: Notice;
  at: number;
}

/** The end of a turn. */
export interface TurnEndItem {
  kind: "turn_end";
  turnId: string;
  state: TurnState;
  outcome: string | null;
  startedAt: number | null;
  at: number;
}

/** The agent has been started afresh. */
export interface AgentItem {
  kind: "agent_start";
  name: string;
  version: string;
  opened: "new" | "loaded" | "resumed";
  at: number;
}

export interface UnknownItem {
  kind: "unknown";
  raw: unknown;
  at: number;
}

export type Item =
  | UserItem
  | SpeechItem
  | ToolItem
  | PermissionItem
  | NoticeItem
  | TurnEndItem
  | AgentItem
  | UnknownItem;
