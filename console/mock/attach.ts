/** The attached end of a pretended terminal, as `contract::attach` describes it. */

import type { WebSocket } from "ws";

import { type ClientMessage, type ServerMessage, WINDOW_BYTES } from "../src/api/attach";
import type { PretendedShell } from "./terminal";
import { nextId, type World } from "./world";

const OUTPUT = 0;
const SCREEN = 1;
const FRAME_BYTES = 32 * 1024;

interface View {
  socket: WebSocket;
  viewerId: string;
  sent: number;
  acknowledged: number;
}

/** One terminal with its views. */
export class PretendedTerminal {
  readonly #shell: PretendedShell;
  readonly #world: World;
  #views: View[] = [];
  #holder: View | null = null;
  #lease = 0;
  #inputSeq = 0;
  /** The view that held the keyboard when its connection was lost; its seat is kept. */
  #awayId: string | null = null;
  /** Input does not arrive, as on a line that is about to break. */
  losesInput = false;

  constructor(shell: PretendedShell, world: World) {
    this.#shell = shell;
    this.#world = world;
    shell.listeners.add(() => this.#pump());
  }

  /** Attaches a view; `from` is what it has seen, `was` the view that it was before a cut. */
  attach(socket: WebSocket, from: number | null, was: string | null): void {
    const known = from !== null && from <= this.#shell.output.length;
    const view = { socket, viewerId: was ?? nextId(), sent: known ? from : 0, acknowledged: 0 };
    view.acknowledged = view.sent;
    this.#views.push(view);
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        this.#input(view, data);
      } else {
        this.#say(view, JSON.parse(data.toString()) as ClientMessage);
      }
    });
    socket.on("close", () => this.#leave(view));
    send(view, { type: "attached", viewer_id: view.viewerId, may_write: true });
    send(view, { type: "link", up: true });
    send(view, { type: "size", columns: this.#shell.columns, rows: this.#shell.rows });
    if (was !== null && was === this.#awayId) {
      this.#awayId = null;
      this.#holder = view;
      this.#tellKeyboard(view);
    } else if (this.#holder) {
      this.#tellKeyboard(view);
    } else {
      this.#give(view);
    }
    if (!known) {
      this.#screen(view);
    }
    this.#pump();
  }

  /** Cuts every view, as a lost connection does. */
  cut(): void {
    for (const view of this.#views) {
      view.socket.terminate();
    }
  }

  /** The first view sees everything so far as one screen. */
  #screen(view: View): void {
    const bytes = this.#shell.output;
    view.sent = bytes.length;
    view.acknowledged = bytes.length;
    view.socket.send(frame(SCREEN, bytes.length, bytes));
  }

  #pump(): void {
    for (const view of this.#views) {
      const limit = Math.min(this.#shell.output.length, view.acknowledged + WINDOW_BYTES);
      while (view.sent < limit) {
        const end = Math.min(limit, view.sent + FRAME_BYTES);
        view.socket.send(frame(OUTPUT, view.sent, this.#shell.output.subarray(view.sent, end)));
        view.sent = end;
      }
    }
  }

  #input(view: View, data: Buffer): void {
    const seq = Number(data.readBigUInt64BE(0));
    if (this.losesInput || view !== this.#holder || seq !== this.#inputSeq + 1) {
      return;
    }
    this.#inputSeq = seq;
    this.#shell.input(data.subarray(8));
    send(view, { type: "input_ack", lease: this.#lease, seq });
  }

  #say(view: View, message: ClientMessage): void {
    if (message.type === "ack") {
      view.acknowledged = Math.max(view.acknowledged, message.offset);
      this.#pump();
    } else if (message.type === "take_keyboard") {
      this.#give(view);
    } else if (message.type === "fit_to_me" || view === this.#holder) {
      if (message.type === "resize") {
        this.#shell.columns = message.columns;
        this.#shell.rows = message.rows;
      }
      const { columns, rows } = this.#shell;
      this.#views.forEach((one) => void send(one, { type: "size", columns, rows }));
    }
  }

  #give(view: View): void {
    this.#holder = view;
    this.#lease += 1;
    this.#inputSeq = 0;
    this.#views.forEach((one) => void this.#tellKeyboard(one));
  }

  #tellKeyboard(view: View): void {
    const { user_id, display_name } = this.#world.user;
    send(view, {
      type: "keyboard",
      yours: view === this.#holder,
      holder: this.#holder ? { user_id, display_name } : null,
      lease: this.#lease,
      input_seq: this.#inputSeq,
    });
  }

  #leave(view: View): void {
    this.#views = this.#views.filter((one) => one !== view);
    if (this.#holder === view) {
      this.#holder = null;
      this.#awayId = view.viewerId;
      const heir = this.#views[0];
      if (heir) {
        this.#give(heir);
      }
    }
  }
}

function frame(kind: number, offset: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(kind, 0);
  head.writeBigUInt64BE(BigInt(offset), 1);
  return Buffer.concat([head, bytes]);
}

function send(view: View, message: ServerMessage): void {
  view.socket.send(JSON.stringify(message));
}
