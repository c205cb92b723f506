/** A pretended agent: what it says and does about a prompt, with pauses as a real one has. */

import { setTimeout as pause } from "node:timers/promises";

import type { PermissionView, TurnView } from "../src/api/types";
import { sessionUsage } from "./money";
import { CONFIG_AFTER, CONFIG_BEFORE, LONG_ANSWER, SHORT_ANSWER } from "./texts";
import { at, type Json, nextId, type World } from "./world";

/** Pauses are multiplied by this; tests make them short. */
export interface Pace {
  factor: number;
}

interface Running {
  turnId: string;
  cancelled: AbortController;
}

export class PretendedAgent {
  readonly #world: World;
  readonly #pace: Pace;
  #running = new Map<string, Running>();
  #queues = new Map<string, { turn: TurnView; text: string }[]>();

  constructor(world: World, pace: Pace) {
    this.#world = world;
    this.#pace = pace;
  }

  /** Takes a prompt as a machine does: into the queue, then one turn after the other. */
  prompt(turn: TurnView, content: Json[], whenBusy: string): void {
    const sessionId = turn.session_id;
    const text = content.map((block) => (block.kind === "text" ? String(block.text) : "")).join("");
    const queue = this.#queues.get(sessionId) ?? [];
    this.#queues.set(sessionId, queue);
    this.#world.append(sessionId, {
      kind: "user_message",
      message_id: nextId(),
      turn_id: turn.turn_id,
      author: this.#world.user.display_name,
      content,
    });
    this.#turn(turn, "on_machine");
    if (whenBusy === "steer") {
      queue.unshift({ turn, text });
      this.cancel(sessionId);
    } else {
      queue.push({ turn, text });
    }
    this.#showQueue(sessionId);
    void this.#next(sessionId);
  }

  /** Cancels a turn that runs or waits. */
  cancel(sessionId: string, turnId?: string): void {
    const queue = this.#queues.get(sessionId) ?? [];
    const waiting = queue.find((one) => one.turn.turn_id === turnId);
    if (waiting) {
      queue.splice(queue.indexOf(waiting), 1);
      this.#turn(waiting.turn, "cancelled");
      this.#showQueue(sessionId);
      return;
    }
    this.#running.get(sessionId)?.cancelled.abort();
  }

  async #next(sessionId: string): Promise<void> {
    const first = this.#queues.get(sessionId)?.[0];
    if (!first || this.#running.has(sessionId)) {
      return;
    }
    this.#queues.get(sessionId)?.shift();
    this.#showQueue(sessionId);
    const running = { turnId: first.turn.turn_id, cancelled: new AbortController() };
    this.#running.set(sessionId, running);
    this.#turn(first.turn, "running");
    this.#state(sessionId, "running");
    try {
      await this.#act(sessionId, first.turn.turn_id, first.text, running.cancelled.signal);
      this.#turn(first.turn, "done", { stop_reason: "end_turn" });
    } catch (error) {
      const wasCancelled = running.cancelled.signal.aborted;
      this.#withdraw(sessionId);
      this.#turn(first.turn, wasCancelled ? "cancelled" : "failed", {
        outcome: wasCancelled ? undefined : String(error),
      });
    }
    this.#running.delete(sessionId);
    this.#state(sessionId, "idle");
    await this.#next(sessionId);
  }

  async #act(sessionId: string, turnId: string, text: string, signal: AbortSignal): Promise<void> {
    if (text.includes("fail")) {
      throw new Error("the model refused: insufficient quota");
    }
    await this.#say(
      sessionId,
      "agent_thought_chunk",
      "Let me look at what is there first.",
      signal,
    );
    await this.#tool(sessionId, "Read src/config.ts", "read", signal);
    if (text.includes("long")) {
      await this.#say(sessionId, "agent_message_chunk", LONG_ANSWER, signal);
      return;
    }
    if (text.includes("edit") || text.includes("write")) {
      await this.#edit(sessionId, turnId, signal);
    }
    await this.#say(sessionId, "agent_message_chunk", SHORT_ANSWER, signal);
    this.#world.append(sessionId, { kind: "usage", used: 48_200, size: 200_000 });
    this.#world.tell({ method: "session.usage", params: sessionUsage(sessionId, 15) });
  }

  async #say(sessionId: string, kind: string, text: string, signal: AbortSignal): Promise<void> {
    const messageId = nextId();
    for (const piece of text.match(/[\s\S]{1,14}/g) ?? []) {
      await this.#pause(30, signal);
      const content = { kind: "text", text: piece };
      this.#world.append(sessionId, { kind, message_id: messageId, content });
    }
  }

  async #tool(sessionId: string, title: string, kind: string, signal: AbortSignal): Promise<void> {
    const id = nextId();
    const call = { kind: "tool_call", tool_call_id: id };
    this.#world.append(sessionId, { ...call, title, tool_kind: kind, status: "in_progress" });
    await this.#pause(600, signal);
    this.#world.append(sessionId, { ...call, status: "completed" });
  }

  async #edit(sessionId: string, turnId: string, signal: AbortSignal): Promise<void> {
    const call = {
      tool_call_id: nextId(),
      title: "Edit src/config.ts",
      name: "Edit",
      tool_kind: "edit",
      status: "pending",
      locations: [{ path: "src/config.ts" }],
      content: [
        { kind: "diff", path: "src/config.ts", old_text: CONFIG_BEFORE, new_text: CONFIG_AFTER },
      ],
    };
    this.#world.append(sessionId, { kind: "tool_call", ...call });
    const details = {
      tool: "Edit",
      reason: "changes need a person's consent",
      tool_call: call,
      request_digest: "0".repeat(64),
    };
    const asked = this.#world.ask(sessionId, turnId, call.title, details);
    this.#state(sessionId, "waiting");
    const answered = await this.#answer(asked, signal);
    this.#state(sessionId, "running");
    const allowed = answered.answer !== "deny";
    this.#world.append(sessionId, {
      kind: "permission",
      request_id: asked.request_id,
      state: "resolved",
      answer: answered.answer,
      by: this.#world.user.display_name,
      note: answered.note,
    });
    await this.#pause(400, signal);
    this.#world.append(sessionId, {
      kind: "tool_call",
      tool_call_id: call.tool_call_id,
      status: allowed ? "completed" : "failed",
    });
  }

  /** Waits for a person, and takes the answer along its way to the agent. */
  async #answer(asked: PermissionView, signal: AbortSignal): Promise<PermissionView> {
    const answered = await new Promise<PermissionView>((resolve, reject) => {
      this.#world.waiters.set(asked.request_id, resolve);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    await this.#pause(250, signal);
    this.#world.putPermission({ ...answered, state: "delivered" });
    await this.#pause(350, signal);
    this.#world.putPermission({ ...answered, state: "resolved" });
    return answered;
  }

  #withdraw(sessionId: string): void {
    for (const permission of this.#world.permissions.values()) {
      if (permission.session_id === sessionId && permission.state === "pending") {
        this.#world.putPermission({ ...permission, state: "withdrawn" });
        const request_id = permission.request_id;
        this.#world.append(sessionId, { kind: "permission", request_id, state: "withdrawn" });
      }
    }
  }

  #turn(turn: TurnView, state: TurnView["state"], more: Json = {}): void {
    const isOver = !["sent", "on_machine", "running"].includes(state);
    const outcome = typeof more.outcome === "string" ? more.outcome : null;
    this.#world.putTurn({ ...turn, state, outcome, finished_at: isOver ? at() : null });
    this.#world.append(turn.session_id, {
      kind: "turn",
      turn_id: turn.turn_id,
      state,
      author: this.#world.user.display_name,
      origin: { kind: "prompt" },
      ...more,
    });
  }

  #state(sessionId: string, status: "running" | "idle" | "waiting"): void {
    this.#world.append(sessionId, { kind: "state", state: status });
    this.#world.changeSession(sessionId, { status });
  }

  #showQueue(sessionId: string): void {
    const turn_ids = (this.#queues.get(sessionId) ?? []).map((one) => one.turn.turn_id);
    this.#world.append(sessionId, { kind: "queue", turn_ids });
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await pause(ms * this.#pace.factor, undefined, { signal });
  }
}
