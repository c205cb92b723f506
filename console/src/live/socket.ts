/**
 * A WebSocket that comes back: after a cut it is opened again with growing pauses, and at once
 * when the page is looked at again, when the network is back, or when somebody asks for it.
 */

import { type ReadonlySignal, signal } from "@preact/signals";

import { pauseMs } from "./backoff";

export type Connection =
  | { state: "closed" }
  | { state: "connecting"; attempt: number }
  | { state: "open" }
  /** Will be tried again at this time (milliseconds since the epoch). */
  | { state: "waiting"; attempt: number; retryAt: number };

export interface SocketEvents {
  /** It is open; nothing has been heard on it. */
  opened(send: (data: string | ArrayBuffer) => void): void;
  /** Something was said. */
  heard(data: string | ArrayBuffer): void;
  /** It is closed; it will be opened again unless `close` was called. */
  lost(event: { code: number; reason: string; wasOpen: boolean }): void;
}

/** How long a connection may take to open. */
const OPEN_WITHIN_MS = 15_000;

/** A connection that has lasted this long begins the pauses anew. */
const STABLE_AFTER_MS = 10_000;

export class Socket {
  readonly #connection = signal<Connection>({ state: "closed" });
  readonly #url: () => string;
  readonly #events: SocketEvents;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #openedAt = 0;
  #stopListening: (() => void) | null = null;

  constructor(url: () => string, events: SocketEvents) {
    this.#url = url;
    this.#events = events;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#connection;
  }

  /** Opens it and keeps it open. */
  open(): void {
    if (this.#stopListening) {
      return;
    }
    const wake = () => {
      if (document.visibilityState === "visible") {
        this.retryNow();
      }
    };
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    this.#stopListening = () => {
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
    };
    this.#connect();
  }

  /** Closes it for good. */
  close(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    clearTimeout(this.#timer);
    this.#drop();
    this.#attempt = 0;
    this.#connection.value = { state: "closed" };
  }

  /** Ends a pause between two attempts. */
  retryNow(): void {
    if (this.#connection.peek().state === "waiting") {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  /** Gives up a connection on which nothing is heard any more, and opens another one. */
  replace(): void {
    if (this.#socket) {
      const wasOpen = this.#socket.readyState === WebSocket.OPEN;
      this.#drop();
      this.#lost(0, "", wasOpen);
    }
  }

  /** Sends, if it is open. */
  send(data: string | ArrayBuffer): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(data);
    return true;
  }

  #connect(): void {
    this.#attempt += 1;
    this.#connection.value = { state: "connecting", attempt: this.#attempt };
    const socket = new WebSocket(this.#url());
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#timer = setTimeout(() => this.replace(), OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#openedAt = Date.now();
      this.#connection.value = { state: "open" };
      this.#events.opened((data) => this.send(data));
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) =>
      this.#events.heard(event.data);
    socket.onclose = (event) => {
      const wasOpen = this.#connection.peek().state === "open";
      this.#drop();
      this.#lost(event.code, event.reason, wasOpen);
    };
  }

  #lost(code: number, reason: string, wasOpen: boolean): void {
    clearTimeout(this.#timer);
    if (wasOpen && Date.now() - this.#openedAt >= STABLE_AFTER_MS) {
      this.#attempt = 0;
    }
    // Whoever is told may close it for good.
    this.#events.lost({ code, reason, wasOpen });
    if (!this.#stopListening) {
      return;
    }
    const pause = pauseMs(Math.max(1, this.#attempt), Math.random());
    this.#connection.value = {
      state: "waiting",
      attempt: this.#attempt,
      retryAt: Date.now() + pause,
    };
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }
}

/** The address of a WebSocket of the server that this page came from. */
export function socketUrl(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url.href;
}
