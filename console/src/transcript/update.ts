/**
 * What a chat's transcript is made of, as `conversation::update` writes it. The records come from
 * a machine; `read.ts` turns what arrives into these types and trusts nothing.
 */

import type { PermissionAnswer, PermissionState, TurnState } from "../api/types";

export type Content =
  | { kind: "text"; text: string }
  | { kind: "image"; data: string; mimeType: string; uri?: string }
  | { kind: "audio"; data: string; mimeType: string }
  | { kind: "resource_link"; uri: string; name: string; mimeType?: string; size?: number }
  | { kind: "resource"; uri: string; text: string; mimeType?: string }
  | { kind: "blob"; uri: string; data: string; mimeType?: string }
  | { kind: "omitted"; what: string; bytes: number; mimeType?: string }
  | { kind: "unknown"; raw: unknown };

export interface MessageChunk {
  messageId: string;
  content: Content;
}

export interface UserMessage {
  messageId: string;
  turnId: string;
  author: string;
  content: Content[];
}

export type TurnOrigin = { kind: "prompt" } | { kind: "note"; requestId: string };

export interface TurnUpdate {
  turnId: string;
  state: TurnState;
  author: string;
  origin: TurnOrigin;
  stopReason?: string;
  outcome?: string;
}

export type ChatState =
  | "starting"
  | "idle"
  | "running"
  | "waiting"
  | "agent_down"
  | "stopped"
  | "failed";

export interface AgentUpdate {
  name?: string;
  version?: string;
  opened: "new" | "loaded" | "resumed";
  prompt: { image: boolean; audio: boolean; embeddedContext: boolean };
  remembers: boolean;
  asks: boolean;
}

export type ToolKind =
  | "read"
  | "edit"
  | "delete"
  | "move"
  | "search"
  | "execute"
  | "think"
  | "fetch"
  | "switch_mode"
  | "other";

export type ToolStatus =
  | "pending"
  | "in_progress"
  | "paused"
  | "completed"
  | "failed"
  | "cancelled"
  | "unfinished";

export type ToolContent =
  | { kind: "content"; content: Content }
  | { kind: "diff"; path: string; oldText?: string; newText: string }
  | { kind: "terminal"; terminalId: string }
  | { kind: "unknown"; raw: unknown };

export interface Location {
  path: string;
  line?: number;
}

/** A tool call, as far as it is known. An absent member means "unchanged". */
export interface ToolCall {
  toolCallId: string;
  title?: string;
  name?: string;
  toolKind?: ToolKind;
  status?: ToolStatus;
  content?: ToolContent[];
  locations?: Location[];
  rawInput?: unknown;
  rawOutput?: unknown;
  cutBytes?: number;
}

export interface PlanEntry {
  content: string;
  priority?: string;
  status?: string;
}

export interface ContextUsage {
  used: number;
  size: number;
  cost?: { amount: number; currency: string };
}

export interface Selectable {
  id: string;
  name: string;
  description?: string;
}

export interface Selection {
  current?: string;
  available: Selectable[];
}

export interface ChoiceOption {
  value: string;
  name: string;
  description?: string;
  group?: string;
}

export interface SessionOption {
  id: string;
  name: string;
  description?: string;
  category?: string;
  current: boolean | string;
  choices: ChoiceOption[];
}

export interface SlashCommand {
  name: string;
  description: string;
  hint?: string;
}

export interface PermissionUpdate {
  requestId: string;
  state: PermissionState;
  toolCallId?: string;
  turnId?: string;
  title?: string;
  tool?: string;
  reason?: string;
  answer?: PermissionAnswer;
  by?: string;
  note?: string;
}

export interface PolicyDecision {
  toolCallId: string;
  title: string;
  tool: string;
  allowed: boolean;
  reason: string;
}

export type NoticeLevel = "info" | "warning" | "error";

export interface Notice {
  level: NoticeLevel;
  /** A stable word; the console has its own sentence for those it knows. */
  code: string;
  text: string;
  detail?: string;
  turnId?: string;
}

export type Update =
  | ({ kind: "turn" } & TurnUpdate)
  | { kind: "queue"; turnIds: string[] }
  | { kind: "state"; state: ChatState; detail?: string }
  | ({ kind: "agent" } & AgentUpdate)
  | ({ kind: "user_message" } & UserMessage)
  | ({ kind: "agent_message_chunk" } & MessageChunk)
  | ({ kind: "agent_thought_chunk" } & MessageChunk)
  | ({ kind: "tool_call" } & ToolCall)
  | { kind: "plan"; entries: PlanEntry[] }
  | ({ kind: "usage" } & ContextUsage)
  | { kind: "modes"; selection: Selection }
  | { kind: "models"; selection: Selection }
  | { kind: "options"; options: SessionOption[] }
  | { kind: "commands"; commands: SlashCommand[] }
  | { kind: "session_info"; title?: string }
  | { kind: "permission"; permission: PermissionUpdate }
  | { kind: "policy_decision"; decision: PolicyDecision }
  | { kind: "notice"; notice: Notice }
  | { kind: "unknown"; raw: unknown; cutBytes?: number };
