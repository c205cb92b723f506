/** Until when a person has seen each session, so that “done & unread” survives a reload. */

import { type Signal, signal } from "@preact/signals";

import { keep, onKept, recall } from "../app/storage";
import { fields, text } from "../transcript/fields";

const NAME = "seen";
const MAX_KEPT = 500;

interface Seen {
  /** What was active before this was there before this browser was. */
  since: string;
  /** Last activity that was on the screen, by session. */
  sessions: Readonly<Record<string, string>>;
}

export class SeenMarks {
  readonly #seen: Signal<Seen>;

  constructor(now: string) {
    const kept = read(recall(NAME));
    this.#seen = signal(kept ?? { since: now, sessions: {} });
    if (!kept) {
      keep(NAME, this.#seen.peek());
    }
    onKept(NAME, (value) => {
      this.#seen.value = read(value) ?? this.#seen.peek();
    });
  }

  /** Whether something has happened since the session was last on the screen. */
  isUnread(sessionId: string, lastActiveAt: string): boolean {
    const seen = this.#seen.value;
    return lastActiveAt > (seen.sessions[sessionId] ?? seen.since);
  }

  /** The session is on the screen. */
  mark(sessionId: string, lastActiveAt: string): void {
    const seen = this.#seen.peek();
    if (lastActiveAt <= (seen.sessions[sessionId] ?? seen.since)) {
      return;
    }
    const rest = Object.entries(seen.sessions).filter(([id]) => id !== sessionId);
    const newest = [...rest.slice(-MAX_KEPT + 1), [sessionId, lastActiveAt] as const];
    this.#seen.value = { since: seen.since, sessions: Object.fromEntries(newest) };
    keep(NAME, this.#seen.peek());
  }
}

function read(value: unknown): Seen | null {
  const kept = fields(value);
  const since = text(kept.since);
  const entries = Object.entries(fields(kept.sessions));
  const sessions = entries.filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return since ? { since, sessions: Object.fromEntries(sessions) } : null;
}
