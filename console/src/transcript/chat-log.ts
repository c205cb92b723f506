/**
 * A chat as it is shown: made from the records of its transcript, in order, each once.
 *
 * Lines are only ever added at the end; what is known of a line can grow. Every line is a signal
 * of its own, so that a streaming message redraws one line and nothing else.
 */

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";

import type { TurnState, UpdateRecord } from "../api/types";
import type { Item, SpeechItem, ToolItem } from "./item";
import { readUpdate } from "./read";
import type {
  AgentUpdate,
  ChatState,
  Content,
  ContextUsage,
  MessageChunk,
  PermissionUpdate,
  PlanEntry,
  PolicyDecision,
  Selection,
  SessionOption,
  SlashCommand,
  ToolCall,
  TurnUpdate,
  Update,
  UserMessage,
} from "./update";

/** One line, with a key that stays the same. */
export interface Line {
  readonly key: string;
  /** Position of the record with which it begins. */
  readonly seq: number;
  readonly item: ReadonlySignal<Item>;
}

/** A turn, as far as the transcript tells. */
export interface Turn {
  readonly turnId: string;
  readonly state: TurnState;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

type Fact = Extract<
  Update,
  {
    kind:
      | "queue"
      | "state"
      | "plan"
      | "usage"
      | "modes"
      | "models"
      | "options"
      | "commands"
      | "session_info";
  }
>;

/** A prompt that waits for its turn. */
export interface Waiting {
  readonly turnId: string;
  readonly author: string;
  readonly content: readonly Content[];
}

export class ChatLog {
  /** Position of the last record. */
  last = 0;
  readonly lines = signal<readonly Line[]>([]);
  /** Prompts that wait, the next one first. */
  readonly waiting = signal<readonly Waiting[]>([]);
  readonly runningTurn = signal<Turn | null>(null);
  readonly state = signal<ChatState | null>(null);
  readonly agent = signal<AgentUpdate | null>(null);
  readonly plan = signal<readonly PlanEntry[]>([]);
  readonly usage = signal<ContextUsage | null>(null);
  readonly modes = signal<Selection | null>(null);
  readonly models = signal<Selection | null>(null);
  readonly options = signal<readonly SessionOption[]>([]);
  readonly commands = signal<readonly SlashCommand[]>([]);
  /** Goes up whenever a turn or a question has moved. */
  readonly turns = signal<ReadonlyMap<string, Turn>>(new Map());

  #lines = new Map<string, Signal<Item>>();
  #added: Line[] = [];
  #messages = new Map<string, UserMessage & { at: number; seq: number }>();
  #queue: string[] = [];
  #turns = new Map<string, Turn>();
  #origins = new Map<string, TurnUpdate["origin"]>();
  #openSpeech: string | null = null;

  /** Takes in records that follow on the last one; earlier ones are known already. */
  append(records: readonly UpdateRecord[]): "taken" | "hole" {
    return batch(() => {
      const verdict = this.#takeAll(records);
      this.#publish();
      return verdict;
    });
  }

  /** Forgets everything. */
  clear(): void {
    batch(() => {
      this.last = 0;
      this.#lines.clear();
      this.#added = [];
      this.#messages.clear();
      this.#queue = [];
      this.#turns.clear();
      this.#origins.clear();
      this.#openSpeech = null;
      this.lines.value = [];
      this.waiting.value = [];
      this.runningTurn.value = null;
      this.state.value = null;
      this.agent.value = null;
      this.plan.value = [];
      this.usage.value = null;
      this.modes.value = null;
      this.models.value = null;
      this.options.value = [];
      this.commands.value = [];
      this.turns.value = new Map();
    });
  }

  #takeAll(records: readonly UpdateRecord[]): "taken" | "hole" {
    for (const record of records) {
      if (record.seq <= this.last) {
        continue;
      }
      if (record.seq !== this.last + 1) {
        return "hole";
      }
      this.last = record.seq;
      this.#take(readUpdate(record.update), Date.parse(record.at) || 0, record.seq);
    }
    return "taken";
  }

  #take(update: Update, at: number, seq: number): void {
    switch (update.kind) {
      case "turn":
        this.#turn(update, at);
        break;
      case "user_message":
        this.#messages.set(update.turnId, { ...update, at, seq });
        break;
      case "agent_message_chunk":
        this.#speech("agent", update, at);
        break;
      case "agent_thought_chunk":
        this.#speech("thought", update, at);
        break;
      case "tool_call":
        this.#tool(update, at);
        break;
      case "permission":
        this.#permission(update.permission, at);
        break;
      case "policy_decision":
        this.#decision(update.decision, at);
        break;
      case "notice":
        if (update.notice.code === "context_resumed") {
          // The agent's start says so itself.
          break;
        }
        this.#set(`n${seq}`, { kind: "notice", notice: update.notice, at });
        break;
      case "unknown":
        this.#set(`u${seq}`, { kind: "unknown", raw: update.raw, at });
        break;
      case "agent":
        this.#agent(update, at, seq);
        break;
      default:
        this.#fact(update);
    }
  }

  /** What is true of the chat as a whole until something else is said. */
  #fact(update: Fact): void {
    switch (update.kind) {
      case "queue":
        this.#queue = update.turnIds;
        break;
      case "state":
        this.state.value = update.state;
        break;
      case "plan":
        this.plan.value = update.entries;
        break;
      case "usage":
        this.usage.value = update;
        break;
      case "modes":
        this.modes.value = update.selection;
        break;
      case "models":
        this.models.value = update.selection;
        break;
      case "options":
        this.options.value = update.options;
        break;
      case "commands":
        this.commands.value = update.commands;
        break;
      case "session_info":
        break;
    }
  }

  #turn(update: TurnUpdate, at: number): void {
    const before = this.#turns.get(update.turnId);
    if (before && isFinal(before.state)) {
      return;
    }
    const runs = update.state === "running";
    const ends = isFinal(update.state);
    const turn: Turn = {
      turnId: update.turnId,
      state: update.state,
      startedAt: before?.startedAt ?? (runs ? at : null),
      endedAt: ends ? at : null,
    };
    this.#turns.set(update.turnId, turn);
    this.#origins.set(update.turnId, update.origin);
    if (runs || ends) {
      this.#showMessage(update.turnId);
    }
    if (ends) {
      this.#closeSpeech();
      this.#set(`e${update.turnId}`, {
        kind: "turn_end",
        turnId: update.turnId,
        state: update.state,
        outcome: update.outcome ?? null,
        startedAt: turn.startedAt,
        at,
      });
    }
  }

  /** A prompt takes its place among the lines when its turn begins. */
  #showMessage(turnId: string): void {
    const message = this.#messages.get(turnId);
    if (!message) {
      return;
    }
    this.#messages.delete(turnId);
    const item: Item = {
      kind: "user",
      turnId,
      author: message.author,
      content: message.content,
      isNote: this.#origins.get(turnId)?.kind === "note",
      at: message.at,
    };
    this.#set(`m${turnId}`, item, message.seq);
  }

  #agent(update: AgentUpdate, at: number, seq: number): void {
    this.agent.value = update;
    this.#set(`a${seq}`, {
      kind: "agent_start",
      name: update.name ?? "",
      version: update.version ?? "",
      opened: update.opened,
      at,
    });
  }

  #speech(kind: SpeechItem["kind"], chunk: MessageChunk, at: number): void {
    const key = `${kind}:${chunk.messageId}`;
    if (this.#openSpeech !== key) {
      this.#closeSpeech();
    }
    const before = this.#lines.get(key)?.peek();
    const known = before?.kind === kind ? before : null;
    this.#set(key, {
      kind,
      content: join(known?.content ?? [], chunk.content),
      at: known?.at ?? at,
      endedAt: at,
      isOpen: true,
    });
    this.#openSpeech = key;
  }

  #closeSpeech(): void {
    const open = this.#lines.get(this.#openSpeech ?? "");
    const item = open?.peek();
    if (open && item && (item.kind === "agent" || item.kind === "thought")) {
      open.value = { ...item, isOpen: false };
    }
    this.#openSpeech = null;
  }

  #tool(call: ToolCall, at: number): void {
    this.#closeSpeech();
    const before = this.#toolItem(call.toolCallId);
    const merged = { ...before?.call, ...call };
    const isOver = merged.status !== undefined && !isOpenStatus(merged.status);
    this.#set(`t${call.toolCallId}`, {
      kind: "tool",
      call: merged,
      decision: before?.decision ?? null,
      at: before?.at ?? at,
      endedAt: isOver ? (before?.endedAt ?? at) : null,
    });
  }

  #decision(decision: PolicyDecision, at: number): void {
    const before = this.#toolItem(decision.toolCallId);
    const call = before?.call ?? { toolCallId: decision.toolCallId, title: decision.title };
    const item = { at, endedAt: null, ...before, kind: "tool" as const, call, decision };
    this.#set(`t${decision.toolCallId}`, item);
  }

  #toolItem(toolCallId: string): ToolItem | null {
    const item = this.#lines.get(`t${toolCallId}`)?.peek();
    return item?.kind === "tool" ? item : null;
  }

  #permission(permission: PermissionUpdate, at: number): void {
    this.#closeSpeech();
    const key = `p${permission.requestId}`;
    const before = this.#lines.get(key)?.peek();
    const known = before?.kind === "permission" ? before : null;
    this.#set(key, {
      kind: "permission",
      permission: { ...known?.permission, ...permission },
      at: known?.at ?? at,
    });
  }

  #set(key: string, item: Item, seq = this.last): void {
    const known = this.#lines.get(key);
    if (known) {
      known.value = item;
      return;
    }
    const line = signal(item);
    this.#lines.set(key, line);
    this.#added.push({ key, seq, item: line });
  }

  #publish(): void {
    if (this.#added.length > 0) {
      this.lines.value = [...this.lines.peek(), ...this.#added];
      this.#added = [];
    }
    this.turns.value = new Map(this.#turns);
    const running = [...this.#turns.values()].filter((turn) => turn.state === "running");
    this.runningTurn.value = running.at(-1) ?? null;
    this.waiting.value = this.#inQueue();
  }

  #inQueue(): Waiting[] {
    const place = (turnId: string) => {
      const position = this.#queue.indexOf(turnId);
      return position < 0 ? this.#queue.length : position;
    };
    const waiting = [...this.#messages.values()];
    return waiting.sort((one, other) => place(one.turnId) - place(other.turnId));
  }
}

/** The line in which a record is: the one that begins with it, or the last that begins before it. */
export function lineAt(lines: readonly Line[], seq: number): Line | null {
  let found: Line | null = null;
  for (const line of lines) {
    if (line.seq <= seq && (found === null || line.seq >= found.seq)) {
      found = line;
    }
  }
  return found;
}

export function isFinal(state: TurnState): boolean {
  return state === "done" || state === "cancelled" || state === "failed" || state === "unknown";
}

function isOpenStatus(status: NonNullable<ToolCall["status"]>): boolean {
  return status === "pending" || status === "in_progress" || status === "paused";
}

function join(content: readonly Content[], piece: Content): Content[] {
  const end = content.at(-1);
  if (piece.kind === "text" && end?.kind === "text") {
    return [...content.slice(0, -1), { kind: "text", text: end.text + piece.text }];
  }
  return [...content, piece];
}
