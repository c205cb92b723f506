/** JSON-RPC 2.0 over the live socket: our requests, the server's notifications. */

import type { LiveRequest, Notification } from "../api/live";
import { fields, isFields, text } from "../transcript/fields";

/** What came of a request: the answer, or the server's words for why not. */
export type Outcome = { ok: true } | { ok: false; code: number; message: string };

export type Heard = { what: "notification"; notification: Notification } | { what: "answer" };

/** How many questions may be open; a server that answers none of them is as good as gone. */
const MAX_OPEN = 1000;

export class Rpc {
  #nextId = 1;
  #open = new Map<number, (outcome: Outcome) => void>();

  /** Writes a request; `answered` is called once, or never if the connection is lost. */
  request(request: LiveRequest | Ping, answered: (outcome: Outcome) => void): string {
    const id = this.#nextId++;
    if (this.#open.size >= MAX_OPEN) {
      this.#open.clear();
    }
    this.#open.set(id, answered);
    return JSON.stringify({ jsonrpc: "2.0", id, ...request });
  }

  /** The connection is gone, and with it every answer. */
  forget(): void {
    this.#open.clear();
  }

  /** Reads what was said; null where it cannot be understood. */
  hear(message: string): Heard | null {
    const said = parse(message);
    if (typeof said.method === "string" && isFields(said.params)) {
      return { what: "notification", notification: said as unknown as Notification };
    }
    if (typeof said.id !== "number") {
      return null;
    }
    const answered = this.#open.get(said.id);
    this.#open.delete(said.id);
    const error = isFields(said.error) ? said.error : null;
    answered?.(
      error
        ? { ok: false, code: Number(error.code) || 0, message: text(error.message) }
        : { ok: true },
    );
    return { what: "answer" };
  }
}

/** Any answer to it, even a refusal, proves that the connection lives. */
export interface Ping {
  method: "ping";
  params: Record<string, never>;
}

function parse(message: string) {
  try {
    return fields(JSON.parse(message));
  } catch {
    return {};
  }
}
