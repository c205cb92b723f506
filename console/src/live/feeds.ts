/**
 * The chats that are looked at: each is asked for from the last record that is known, so that a
 * cut, a reload or a restart of the server loses nothing and brings nothing twice.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

import type { LiveRequest, Notification, StreamState } from "../api/live";
import type { UpdateRecord, Updates } from "../api/types";
import { ChatLog } from "../transcript/chat-log";
import type { Outcome } from "./rpc";

/** Whether the records of a chat flow, in its own words where it does not. */
export interface FeedState {
  stream: StreamState | "asking" | "refused";
  message: string | null;
}

export interface Feed {
  readonly log: ChatLog;
  readonly state: ReadonlySignal<FeedState>;
}

interface OpenFeed extends Feed {
  readonly sessionId: string;
  readonly state: Signal<FeedState>;
  viewers: number;
  /** Heard, not drawn: several messages that come at once are drawn at once. */
  heard: UpdateRecord[];
}

/** Chats that nobody looks at stay in memory for coming back to them; the oldest are dropped. */
const MAX_KEPT = 8;

/** While the page is hidden nothing is drawn, but what is heard must not pile up. */
const HIDDEN_DRAW_MS = 500;

export type Ask = (request: LiveRequest, answered: (outcome: Outcome) => void) => void;

/** Asks for a part of a transcript beside the connection; null where there is none to be had. */
export type Read = (sessionId: string, after: number) => Promise<Updates | null>;

export class Feeds {
  readonly #ask: Ask;
  readonly #read: Read | null;
  #feeds = new Map<string, OpenFeed>();
  #drawing = false;

  constructor(ask: Ask, read: Read | null = null) {
    this.#ask = ask;
    this.#read = read;
  }

  /** Opens a chat; give it back with `release`. */
  hold(sessionId: string): Feed {
    const feed = this.#feeds.get(sessionId) ?? this.#make(sessionId);
    // The one that was looked at last goes to the end.
    this.#feeds.delete(sessionId);
    this.#feeds.set(sessionId, feed);
    feed.viewers += 1;
    if (feed.viewers === 1) {
      this.#subscribe(feed);
    }
    this.#dropOldest();
    return feed;
  }

  release(sessionId: string): void {
    const feed = this.#feeds.get(sessionId);
    if (!feed) {
      return;
    }
    feed.viewers -= 1;
    if (feed.viewers === 0) {
      const params = { session_id: sessionId };
      this.#ask({ method: "session.unsubscribe", params }, () => {});
    }
  }

  /** The connection is new: every chat goes on from where it is. */
  connected(): void {
    for (const feed of this.#feeds.values()) {
      if (feed.viewers > 0) {
        this.#subscribe(feed);
      }
    }
  }

  /** The connection is gone; what was heard is drawn, and nothing is asked until it is back. */
  disconnected(): void {
    this.#draw();
    for (const feed of this.#feeds.values()) {
      feed.state.value = { stream: "asking", message: null };
    }
  }

  /** Takes in what the server says about chats. */
  apply(said: Notification): void {
    if (said.method === "session.updates") {
      this.#hear(said.params.session_id, said.params.updates);
    } else if (said.method === "session.stream") {
      this.#stream(said.params.session_id, said.params.state, said.params.message ?? null);
    } else if (said.method === "session.deleted") {
      this.#feeds.delete(said.params.session_id);
    }
  }

  clear(): void {
    this.#feeds.clear();
  }

  #make(sessionId: string): OpenFeed {
    const state = signal<FeedState>({ stream: "asking", message: null });
    return { sessionId, log: new ChatLog(), state, viewers: 0, heard: [] };
  }

  #subscribe(feed: OpenFeed): void {
    const params = { session_id: feed.sessionId, after: feed.log.last, format: "updates" } as const;
    feed.heard = [];
    this.#ask({ method: "session.subscribe", params }, (outcome) => {
      if (!outcome.ok) {
        feed.state.value = { stream: "refused", message: outcome.message };
      }
    });
  }

  #hear(sessionId: string, records: readonly UpdateRecord[]): void {
    const feed = this.#feeds.get(sessionId);
    if (!feed) {
      return;
    }
    feed.heard.push(...records);
    if (!this.#drawing) {
      this.#drawing = true;
      soon(() => this.#draw());
    }
  }

  #draw(): void {
    this.#drawing = false;
    for (const feed of this.#feeds.values()) {
      const heard = feed.heard;
      feed.heard = [];
      if (heard.length > 0 && feed.log.append(heard) === "hole") {
        // Records are promised without holes; whatever went wrong, asking again mends it.
        this.#subscribe(feed);
      }
    }
  }

  #stream(sessionId: string, state: StreamState, message: string | null): void {
    const feed = this.#feeds.get(sessionId);
    if (!feed) {
      return;
    }
    this.#draw();
    feed.state.value = { stream: state, message };
    if (state === "machine_offline") {
      void this.#readKept(feed);
    }
    if (state === "restarted") {
      feed.log.clear();
      this.#subscribe(feed);
    }
  }

  /** Where the server keeps transcripts, they are read without their machine. */
  async #readKept(feed: OpenFeed): Promise<void> {
    const isOffline = () => feed.viewers > 0 && feed.state.peek().stream === "machine_offline";
    while (this.#read && isOffline()) {
      const { log } = feed;
      const page = await this.#read(feed.sessionId, log.last).catch(() => null);
      if (!page || page.updates.length === 0 || !isOffline()) {
        return;
      }
      if (log.append(page.updates) === "hole") {
        return;
      }
    }
  }

  #dropOldest(): void {
    const idle = [...this.#feeds.values()].filter((feed) => feed.viewers === 0);
    for (const feed of idle.slice(0, Math.max(0, idle.length - MAX_KEPT))) {
      this.#feeds.delete(feed.sessionId);
    }
  }
}

/** Before the next picture, or after a while where no picture is drawn. */
function soon(draw: () => void): void {
  if (document.visibilityState === "visible") {
    requestAnimationFrame(draw);
  } else {
    setTimeout(draw, HIDDEN_DRAW_MS);
  }
}
