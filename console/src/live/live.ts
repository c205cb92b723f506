/** The one connection over which everything that changes by itself is heard. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { updatesAfter } from "../api/kept-transcripts";

import type { LiveRequest, Notification } from "../api/live";
import { fields } from "../transcript/fields";
import { Feeds } from "./feeds";
import { Pulse } from "./pulse";
import { type Outcome, Rpc } from "./rpc";
import { type Connection, Socket, socketUrl } from "./socket";
import type { Store } from "./store";

/** The login has ended (RFC 6455 §7.4.1: policy violation). */
const CREDENTIAL_ENDED = 1008;

export class Live {
  readonly feeds: Feeds;
  /** Release of the server that answered last. */
  readonly serverVersion = signal<string | null>(null);
  /** What the server said when it closed the connection. */
  readonly closingReason = signal<string | null>(null);
  /** How much the server's clock is ahead of this computer's, in milliseconds. */
  readonly clockAheadMs = signal(0);
  readonly #store: Store;
  readonly #socket: Socket;
  readonly #pulse: Pulse;
  readonly #rpc = new Rpc();
  /** Whether a connection that failed should be looked into: perhaps nobody is signed in. */
  readonly #failed: () => void;

  constructor(store: Store, failed: () => void) {
    this.#store = store;
    this.#failed = failed;
    this.feeds = new Feeds(
      (request, answered) => this.#ask(request, answered),
      async (id, after) => {
        const isKept = store.sessions.peek().get(id)?.transcript_kept_days != null;
        return isKept ? updatesAfter(id, after) : null;
      },
    );
    this.#pulse = new Pulse(
      () => this.#ask({ method: "ping", params: {} }, () => {}),
      () => this.#socket.replace(),
    );
    this.#socket = new Socket(() => socketUrl("/ws"), {
      opened: () => this.#opened(),
      heard: (data) => this.#heard(data),
      lost: (event) => this.#lost(event),
    });
    document.addEventListener("visibilitychange", () => this.#lookedAtAgain());
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#socket.connection;
  }

  readonly isOpen = computed(() => this.connection.value.state === "open");

  open(): void {
    this.#socket.open();
  }

  close(): void {
    this.#pulse.stop();
    this.#rpc.forget();
    this.#socket.close();
    this.feeds.clear();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  #ask(request: Parameters<Rpc["request"]>[0], answered: (outcome: Outcome) => void): void {
    if (this.#socket.connection.peek().state === "open") {
      this.#socket.send(this.#rpc.request(request as LiveRequest, answered));
    }
  }

  #opened(): void {
    this.closingReason.value = null;
    this.#pulse.heard();
    this.feeds.connected();
  }

  #heard(data: string | ArrayBuffer): void {
    this.#pulse.heard();
    const heard = typeof data === "string" ? this.#rpc.hear(data) : null;
    if (heard?.what === "notification") {
      this.#apply(heard.notification);
    }
  }

  #apply(said: Notification): void {
    if (said.method === "connected") {
      this.serverVersion.value = said.params.server_version;
      this.clockAheadMs.value = (Date.parse(said.params.server_time) || Date.now()) - Date.now();
    } else if (said.method === "closing") {
      this.closingReason.value = String(fields(said.params).reason ?? "");
    } else {
      this.#store.apply(said);
      this.feeds.apply(said);
    }
  }

  #lost(event: { code: number; wasOpen: boolean }): void {
    this.#pulse.stop();
    this.#rpc.forget();
    this.feeds.disconnected();
    if (!event.wasOpen || event.code === CREDENTIAL_ENDED) {
      this.#failed();
    }
  }

  #lookedAtAgain(): void {
    if (document.visibilityState === "visible" && this.isOpen.value) {
      this.#pulse.checkNow();
    }
  }
}
