/** Reads updates of a transcript. What cannot be understood becomes `unknown` and stays visible. */

import {
  count,
  type Fields,
  fields,
  isFields,
  list,
  maybeCount,
  maybeText,
  present,
  text,
  texts,
  word,
} from "./fields";
import { content, toolCall } from "./read-content";
import type { Selection, SessionOption, TurnOrigin, Update } from "./update";

const TURN_STATES = [
  "sent",
  "on_machine",
  "running",
  "done",
  "cancelled",
  "failed",
  "unknown",
] as const;

const CHAT_STATES = [
  "starting",
  "idle",
  "running",
  "waiting",
  "agent_down",
  "stopped",
  "failed",
] as const;

const PERMISSION_STATES = ["pending", "answered", "delivered", "resolved", "withdrawn"] as const;

const ANSWERS = ["allow_once", "allow_session", "deny"] as const;

/** Reads one update. */
export function readUpdate(value: unknown): Update {
  if (!isFields(value)) {
    return { kind: "unknown", raw: value };
  }
  const reader = READERS[text(value.kind)];
  return reader?.(value) ?? { kind: "unknown", raw: value };
}

/** Answers null where a member that everything hangs on is missing. */
type Reader = (update: Fields) => Update | null;

const READERS: Readonly<Record<string, Reader | undefined>> = Object.assign(Object.create(null), {
  turn,
  queue: (update) => ({ kind: "queue", turnIds: texts(update.turn_ids) }),
  state: (update) => ({
    kind: "state",
    ...present({
      state: word(update.state, CHAT_STATES, "idle"),
      detail: maybeText(update.detail),
    }),
  }),
  agent,
  user_message: userMessage,
  agent_message_chunk: (update) => chunk("agent_message_chunk", update),
  agent_thought_chunk: (update) => chunk("agent_thought_chunk", update),
  tool_call: (update) => {
    const call = toolCall(update);
    return call && { kind: "tool_call", ...call };
  },
  plan: (update) => ({ kind: "plan", entries: list(update.entries).map(planEntry) }),
  usage,
  modes: (update) => ({ kind: "modes", selection: selection(update) }),
  models: (update) => ({ kind: "models", selection: selection(update) }),
  options: (update) => ({ kind: "options", options: list(update.options).flatMap(option) }),
  commands: (update) => ({ kind: "commands", commands: list(update.commands).flatMap(command) }),
  session_info: (update) => ({
    kind: "session_info",
    ...present({ title: maybeText(update.title) }),
  }),
  permission,
  policy_decision: policyDecision,
  notice,
  unknown: (update) => ({
    kind: "unknown",
    raw: update.raw,
    ...present({ cutBytes: maybeCount(update.cut_bytes) }),
  }),
} satisfies Record<string, Reader>);

function turn(update: Fields): Update | null {
  const turnId = text(update.turn_id);
  if (!turnId) {
    return null;
  }
  return {
    kind: "turn",
    turnId,
    state: word(update.state, TURN_STATES, "unknown"),
    author: text(update.author),
    origin: origin(fields(update.origin)),
    ...present({
      stopReason: maybeText(update.stop_reason),
      outcome: maybeText(update.outcome),
    }),
  };
}

function origin(value: Fields): TurnOrigin {
  return value.kind === "note"
    ? { kind: "note", requestId: text(value.request_id) }
    : { kind: "prompt" };
}

function agent(update: Fields): Update {
  const prompt = fields(update.prompt);
  return {
    kind: "agent",
    ...present({ name: maybeText(update.name), version: maybeText(update.version) }),
    opened: word(update.opened, ["new", "loaded", "resumed"], "new"),
    prompt: {
      image: prompt.image === true,
      audio: prompt.audio === true,
      embeddedContext: prompt.embedded_context === true,
    },
    remembers: update.remembers === true,
    asks: update.asks !== false,
  };
}

function userMessage(update: Fields): Update | null {
  const messageId = text(update.message_id);
  const turnId = text(update.turn_id);
  if (!messageId || !turnId) {
    return null;
  }
  return {
    kind: "user_message",
    messageId,
    turnId,
    author: text(update.author),
    content: list(update.content).map(content),
  };
}

function chunk(kind: "agent_message_chunk" | "agent_thought_chunk", update: Fields): Update | null {
  const messageId = text(update.message_id);
  return messageId ? { kind, messageId, content: content(update.content) } : null;
}

function planEntry(value: unknown) {
  const entry = fields(value);
  return {
    content: text(entry.content),
    ...present({ priority: maybeText(entry.priority), status: maybeText(entry.status) }),
  };
}

function usage(update: Fields): Update {
  const cost = fields(update.cost);
  const amount = cost.amount;
  return {
    kind: "usage",
    used: count(update.used),
    size: count(update.size),
    ...(typeof amount === "number" && Number.isFinite(amount)
      ? { cost: { amount, currency: text(cost.currency) } }
      : {}),
  };
}

function selection(update: Fields): Selection {
  const available = list(update.available).flatMap((value) => {
    const item = fields(value);
    const id = text(item.id);
    const description = maybeText(item.description);
    return id ? [{ id, name: text(item.name) || id, ...present({ description }) }] : [];
  });
  return { available, ...present({ current: maybeText(update.current) }) };
}

function option(value: unknown): SessionOption[] {
  const item = fields(value);
  const id = text(item.id);
  const current = item.current;
  if (!id || (typeof current !== "boolean" && typeof current !== "string")) {
    return [];
  }
  const choices = list(item.choices).flatMap((choice) => {
    const members = fields(choice);
    if (typeof members.value !== "string") {
      return [];
    }
    return [
      {
        value: members.value,
        name: text(members.name) || members.value,
        ...present({
          description: maybeText(members.description),
          group: maybeText(members.group),
        }),
      },
    ];
  });
  const description = maybeText(item.description);
  const category = maybeText(item.category);
  const name = text(item.name) || id;
  return [{ id, name, current, choices, ...present({ description, category }) }];
}

function command(value: unknown) {
  const item = fields(value);
  const name = text(item.name);
  const hint = maybeText(item.hint);
  return name ? [{ name, description: text(item.description), ...present({ hint }) }] : [];
}

function permission(update: Fields): Update | null {
  const requestId = text(update.request_id);
  if (!requestId) {
    return null;
  }
  return {
    kind: "permission",
    permission: {
      requestId,
      state: word(update.state, PERMISSION_STATES, "pending"),
      ...present({
        toolCallId: maybeText(update.tool_call_id),
        turnId: maybeText(update.turn_id),
        title: maybeText(update.title),
        tool: maybeText(update.tool),
        reason: maybeText(update.reason),
        answer: ANSWERS.find((answer) => answer === update.answer),
        by: maybeText(update.by),
        note: maybeText(update.note),
      }),
    },
  };
}

function policyDecision(update: Fields): Update | null {
  const toolCallId = text(update.tool_call_id);
  if (!toolCallId) {
    return null;
  }
  return {
    kind: "policy_decision",
    decision: {
      toolCallId,
      title: text(update.title),
      tool: text(update.tool),
      allowed: update.allowed === true,
      reason: text(update.reason),
    },
  };
}

function notice(update: Fields): Update {
  return {
    kind: "notice",
    notice: {
      level: word(update.level, ["info", "warning", "error"], "info"),
      code: text(update.code),
      text: text(update.text),
      ...present({ detail: maybeText(update.detail), turnId: maybeText(update.turn_id) }),
    },
  };
}
