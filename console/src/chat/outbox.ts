/**
 * Prompts on their way to the server: kept until the transcript shows them, over a reload too, and
 * sent again with the same key after a cut, so that none is lost and none is given twice.
 */

import { signal } from "@preact/signals";

import { Refused } from "../api/request";
import { prompt } from "../api/sessions";
import type { ContentBlock, WhenBusy } from "../api/types";
import { keep, recall } from "../app/storage";
import { pauseMs } from "../live/backoff";
import { fields, list, text } from "../transcript/fields";
import { freshKey } from "./key";

export interface Outgoing {
  readonly key: string;
  readonly sessionId: string;
  readonly content: readonly ContentBlock[];
  readonly whenBusy: WhenBusy;
  readonly at: number;
  /** `waiting`: the server could not be reached; `taken`: it has a turn. */
  readonly state: "sending" | "waiting" | "refused" | "taken";
  readonly turnId: string | null;
  readonly error: unknown;
}

const NAME = "outbox";

/** Prompts that may wait here for one session; more must wait in the head of whoever writes. */
export const MOST_PER_SESSION = 20;

export const outbox = signal<readonly Outgoing[]>([]);

const attempts = new Map<string, number>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const underWay = new Set<string>();

/** Gives a prompt; answers false where too many wait already. */
export function post(
  sessionId: string,
  content: readonly ContentBlock[],
  whenBusy: WhenBusy,
): boolean {
  const waiting = outbox.peek().filter((one) => one.sessionId === sessionId);
  if (waiting.length >= MOST_PER_SESSION) {
    return false;
  }
  const key = freshKey();
  const at = Date.now();
  const state = "sending";
  put([
    ...outbox.peek(),
    { key, sessionId, content, whenBusy, at, state, turnId: null, error: null },
  ]);
  void deliver(sessionId);
  return true;
}

/** Goes on with what an earlier load of this page has left. */
export function resumeOutbox(): void {
  put(list(recall(NAME, "tab")).flatMap(read));
  retryAll();
}

/** Tries again at once what waits for the server. */
export function retryAll(): void {
  for (const sessionId of new Set(outbox.peek().map((one) => one.sessionId))) {
    clearTimeout(timers.get(sessionId));
    void deliver(sessionId);
  }
}

/** Gives up a prompt that the server has not taken. */
export function discard(key: string): void {
  put(outbox.peek().filter((one) => one.key !== key));
}

/** The transcript shows these turns: what was kept for them is no longer needed. */
export function settle(turnIds: ReadonlySet<string>): void {
  const rest = outbox.peek().filter((one) => one.turnId === null || !turnIds.has(one.turnId));
  if (rest.length < outbox.peek().length) {
    put(rest);
  }
}

/** Forgets everything: somebody else may sign in. */
export function clearOutbox(): void {
  for (const timer of timers.values()) {
    clearTimeout(timer);
  }
  put([]);
}

/** Sends the first prompt of a session that is not taken; the others keep their order. */
async function deliver(sessionId: string): Promise<void> {
  const next = outbox
    .peek()
    .find((one) => one.sessionId === sessionId && one.state !== "taken" && one.state !== "refused");
  if (!next || underWay.has(sessionId)) {
    return;
  }
  underWay.add(sessionId);
  change(next.key, { state: "sending", error: null });
  try {
    const body = { content: [...next.content], when_busy: next.whenBusy };
    const { turn } = await prompt(sessionId, body, next.key);
    change(next.key, { state: "taken", turnId: turn.turn_id });
    attempts.delete(sessionId);
  } catch (error) {
    if (error instanceof Refused) {
      change(next.key, { state: "refused", error });
    } else {
      change(next.key, { state: "waiting", error });
      tryLater(sessionId);
      return;
    }
  } finally {
    underWay.delete(sessionId);
  }
  await deliver(sessionId);
}

function tryLater(sessionId: string): void {
  const attempt = (attempts.get(sessionId) ?? 0) + 1;
  attempts.set(sessionId, attempt);
  clearTimeout(timers.get(sessionId));
  timers.set(
    sessionId,
    setTimeout(() => void deliver(sessionId), pauseMs(attempt, Math.random())),
  );
}

function change(key: string, what: Partial<Outgoing>): void {
  put(outbox.peek().map((one) => (one.key === key ? { ...one, ...what } : one)));
}

function put(all: readonly Outgoing[]): void {
  outbox.value = all;
  // Without their errors; a prompt that does not fit is kept as long as the page lives.
  const kept = all.map((one) => ({ ...one, error: null }));
  keep(NAME, kept.length > 0 ? kept : null, "tab");
}

function read(value: unknown): Outgoing[] {
  const kept = fields(value);
  const key = text(kept.key);
  const sessionId = text(kept.sessionId);
  const content = list(kept.content) as readonly ContentBlock[];
  if (!key || !sessionId || content.length === 0) {
    return [];
  }
  const turnId = text(kept.turnId) || null;
  return [
    {
      key,
      sessionId,
      content,
      whenBusy: kept.whenBusy === "steer" ? "steer" : "queue",
      at: typeof kept.at === "number" ? kept.at : Date.now(),
      state: turnId === null ? "waiting" : "taken",
      turnId,
      error: null,
    },
  ];
}
