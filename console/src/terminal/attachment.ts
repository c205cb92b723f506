/**
 * One view of a terminal: hears its output from where it was before, says how much was drawn, and
 * sends what is typed while it has the keyboard.
 */

import { type ReadonlySignal, signal } from "@preact/signals";

import type { ClientMessage, Holder, ServerMessage } from "../api/attach";
import { type Connection, Socket, socketUrl } from "../live/socket";
import { isFields } from "../transcript/fields";
import { readFrame, writeInput } from "./frames";
import { Typing } from "./typing";

/** What draws the terminal. */
export interface Screen {
  /** Draws output; `isLive` is false for what was there before this view. */
  write(bytes: Uint8Array, isLive: boolean, drawn: () => void): void;
  /** Forgets what is drawn and draws a whole screen. */
  replace(bytes: Uint8Array, drawn: () => void): void;
  resize(columns: number, rows: number): void;
}

export interface Keyboard {
  yours: boolean;
  holder: Holder | null;
}

/** Input that left this page under a lease that is over: it may or may not have arrived. */
export type Uncertain = Uint8Array | null;

/** So much is drawn before it is acknowledged, unless nothing more comes. */
const ACK_BYTES = 64 * 1024;
const ACK_AFTER_MS = 100;

/** What comes so soon after attaching was said before; nobody waits for an answer to it. */
const REPLAY_MS = 400;

export class Attachment {
  readonly keyboard = signal<Keyboard>({ yours: false, holder: null });
  readonly mayWrite = signal(true);
  readonly size = signal<{ columns: number; rows: number } | null>(null);
  /** Whether the server reaches the machine. */
  readonly linkUp = signal(true);
  /** How the program ended; null while it runs. */
  readonly ended = signal<string | null>(null);
  /** Why the server closed the view, where it has said so. */
  readonly closing = signal<string | null>(null);
  /** Bytes that were not sent to this view, the last time that happened. */
  readonly gapBytes = signal(0);
  /** Bytes typed here that have not left the page. */
  readonly heldBytes = signal(0);
  readonly uncertain = signal<Uncertain>(null);
  /** From a keystroke to its acknowledgement. */
  readonly latencyMs = signal<number | null>(null);
  readonly #userId: string;
  readonly #screen: Screen;
  readonly #socket: Socket;
  readonly #typing = new Typing();
  #viewerId: string | null = null;
  /** Offset after the last byte that was received; null before anything was. */
  #received: number | null = null;
  #drawn = 0;
  #acknowledged = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #attachedAt = 0;
  /** Whether the lease has been told on this connection. */
  #knowsLease = false;
  #sentAt = new Map<number, number>();
  #window: { columns: number; rows: number } | null = null;

  /** `userId` is who looks at this view. */
  constructor(sessionId: string, userId: string, screen: Screen) {
    this.#userId = userId;
    this.#screen = screen;
    const path = `/api/sessions/${encodeURIComponent(sessionId)}/attach`;
    this.#socket = new Socket(() => socketUrl(this.#address(path)), {
      opened: () => this.#opened(),
      heard: (data) => this.#heard(data),
      lost: () => this.#lost(),
    });
  }

  get connection(): ReadonlySignal<Connection> {
    return this.#socket.connection;
  }

  open(): void {
    this.#socket.open();
  }

  close(): void {
    clearTimeout(this.#ackTimer);
    this.#socket.close();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  /** Nothing will ever be heard again: the program has ended, as told here. */
  finish(detail: string): void {
    if (this.ended.peek() === null) {
      this.ended.value = detail;
      this.#socket.close();
    }
  }

  /** Takes in what was typed. False where it was not taken: nobody must think that it was. */
  type(bytes: Uint8Array): boolean {
    const { yours, holder } = this.keyboard.peek();
    const isElsewhere = holder !== null && !yours;
    const isOthers = isElsewhere && holder.user_id !== this.#userId;
    if (this.ended.peek() !== null || !this.mayWrite.peek() || isOthers) {
      return false;
    }
    if (isElsewhere) {
      // Views of one person hand it to whichever is typed into.
      this.takeKeyboard();
    }
    const taken = this.#typing.push(bytes);
    this.#sendTyped();
    return taken;
  }

  /** Forgets what was typed and has not left the page. */
  discardHeld(): void {
    this.#typing.discard();
    this.#countHeld();
  }

  /** Sends again what may not have arrived. */
  sendUncertain(): void {
    const bytes = this.uncertain.peek();
    this.uncertain.value = null;
    if (bytes) {
      this.type(bytes);
    }
  }

  takeKeyboard(): void {
    this.#say({ type: "take_keyboard" });
  }

  fitToMe(): void {
    this.#say({ type: "fit_to_me" });
  }

  /** The window has this size; said again after every cut. */
  resize(columns: number, rows: number): void {
    this.#window = { columns, rows };
    this.#say({ type: "resize", columns, rows });
  }

  #address(path: string): string {
    const query = new URLSearchParams();
    if (this.#window) {
      query.set("columns", String(this.#window.columns));
      query.set("rows", String(this.#window.rows));
    }
    if (this.#received !== null) {
      query.set("from", String(this.#received));
    }
    if (this.#viewerId !== null) {
      query.set("viewer", this.#viewerId);
    }
    return query.size > 0 ? `${path}?${query}` : path;
  }

  #opened(): void {
    this.#attachedAt = Date.now();
    this.#knowsLease = false;
    this.closing.value = null;
    if (this.#window) {
      this.#say({ type: "resize", ...this.#window });
    }
  }

  #lost(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.#sentAt.clear();
    // Until the server has said otherwise nobody holds it; what is typed now waits here.
    this.keyboard.value = { yours: false, holder: null };
  }

  #heard(data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const message = parse(data);
      if (message) {
        this.#hear(message);
      }
      return;
    }
    const frame = readFrame(data);
    if (frame?.kind === "output") {
      this.#output(frame.offset, frame.bytes);
    } else if (frame) {
      this.#received = frame.offset;
      this.#screen.replace(frame.bytes, () => this.#drew(frame.offset));
    }
  }

  #output(offset: number, bytes: Uint8Array): void {
    const known = this.#received ?? offset;
    if (offset > known) {
      // Bytes are missing and were not declared so; only a whole screen is right again.
      this.#received = null;
      this.#socket.replace();
      return;
    }
    const fresh = bytes.subarray(known - offset);
    if (fresh.byteLength === 0) {
      return;
    }
    const end = known + fresh.byteLength;
    this.#received = end;
    const isLive = Date.now() - this.#attachedAt > REPLAY_MS;
    this.#screen.write(fresh, isLive, () => this.#drew(end));
  }

  #drew(offset: number): void {
    this.#drawn = offset;
    if (Math.abs(offset - this.#acknowledged) >= ACK_BYTES) {
      this.#acknowledge();
    } else if (this.#ackTimer === undefined) {
      this.#ackTimer = setTimeout(() => this.#acknowledge(), ACK_AFTER_MS);
    }
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#say({ type: "ack", offset: this.#drawn })) {
      this.#acknowledged = this.#drawn;
    }
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case "attached":
        this.#viewerId = message.viewer_id;
        this.mayWrite.value = message.may_write;
        break;
      case "keyboard":
        this.#hearKeyboard(message);
        break;
      case "input_ack":
        this.#typing.acknowledge(message.lease, message.seq);
        this.#measure(message.seq);
        this.#sendTyped();
        break;
      case "size":
        this.size.value = { columns: message.columns, rows: message.rows };
        this.#screen.resize(message.columns, message.rows);
        break;
      case "gap":
        this.gapBytes.value = Math.max(0, message.to - message.from);
        // The screen that follows stands behind the gap.
        this.#received = message.to;
        break;
      case "link":
        this.linkUp.value = message.up;
        break;
      case "ended":
        this.finish(message.detail);
        break;
      case "closing":
        this.closing.value = message.reason;
        break;
    }
  }

  #hearKeyboard(message: Extract<ServerMessage, { type: "keyboard" }>): void {
    const { yours, holder = null, lease, input_seq } = message;
    const isFirst = !this.#knowsLease;
    this.#knowsLease = true;
    this.keyboard.value = { yours, holder };
    if (!yours) {
      return;
    }
    const { again, lost } = this.#typing.hold(lease, input_seq);
    if (lost.length > 0) {
      this.uncertain.value = concat([this.uncertain.peek() ?? new Uint8Array(0), ...lost]);
    }
    if (isFirst) {
      for (const { seq, bytes } of again) {
        this.#socket.send(writeInput(seq, bytes));
      }
    }
    this.#sendTyped();
  }

  #sendTyped(): void {
    if (this.keyboard.peek().yours && this.#socket.connection.peek().state === "open") {
      for (const { seq, bytes } of this.#typing.take()) {
        this.#sentAt.set(seq, performance.now());
        this.#socket.send(writeInput(seq, bytes));
      }
    }
    this.#countHeld();
  }

  #countHeld(): void {
    const isOpen = this.#socket.connection.peek().state === "open";
    const flows = isOpen && this.keyboard.peek().yours;
    this.heldBytes.value = flows ? 0 : this.#typing.heldBytes;
  }

  #measure(seq: number): void {
    const sentAt = this.#sentAt.get(seq);
    if (sentAt !== undefined) {
      this.latencyMs.value = performance.now() - sentAt;
    }
    for (const number of this.#sentAt.keys()) {
      if (number <= seq) {
        this.#sentAt.delete(number);
      }
    }
  }

  #say(message: ClientMessage): boolean {
    return this.#socket.send(JSON.stringify(message));
  }
}

function parse(data: string): ServerMessage | null {
  try {
    const message: unknown = JSON.parse(data);
    return isFields(message) && typeof message.type === "string"
      ? (message as unknown as ServerMessage)
      : null;
  } catch {
    return null;
  }
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.byteLength;
  }
  return whole;
}
