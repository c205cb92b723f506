/**
 * Keystrokes on their way to the program: numbered, kept until they are acknowledged, and sent
 * again after a cut where the lease is still ours. What may have been lost is said, not guessed.
 */

export interface Keystrokes {
  seq: number;
  bytes: Uint8Array;
}

/** How much may be typed or pasted ahead of the program. */
export const TYPED_AHEAD_BYTES = 4 * 1024 * 1024;

/** How much of it is on its way at once; the rest follows as it is acknowledged. */
const ON_THE_WAY_BYTES = 64 * 1024;

/** A paste travels in pieces of at most this. */
const PIECE_BYTES = 16 * 1024;

export class Typing {
  #lease = 0;
  #last = 0;
  /** Sent, not acknowledged. */
  #sent: Keystrokes[] = [];
  /** Not sent. */
  #waiting: Uint8Array[] = [];

  /** Bytes that were typed and are not acknowledged. */
  get pendingBytes(): number {
    return size(this.#sent.map((one) => one.bytes)) + size(this.#waiting);
  }

  /** Bytes that have not left the page. */
  get heldBytes(): number {
    return size(this.#waiting);
  }

  /** Takes in what was typed; false where too much waits already. */
  push(bytes: Uint8Array): boolean {
    if (this.pendingBytes + bytes.byteLength > TYPED_AHEAD_BYTES) {
      return false;
    }
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      this.#waiting.push(bytes.slice(start, start + PIECE_BYTES));
    }
    return true;
  }

  /** What may be sent now, with its numbers. */
  take(): Keystrokes[] {
    const taken: Keystrokes[] = [];
    let onTheWay = size(this.#sent.map((one) => one.bytes));
    while (this.#waiting.length > 0 && onTheWay < ON_THE_WAY_BYTES) {
      const bytes = this.#waiting.shift();
      if (bytes) {
        this.#last += 1;
        const keystrokes = { seq: this.#last, bytes };
        this.#sent.push(keystrokes);
        taken.push(keystrokes);
        onTheWay += bytes.byteLength;
      }
    }
    return taken;
  }

  /** Everything up to this number is in the program's hands. */
  acknowledge(lease: number, seq: number): void {
    if (lease === this.#lease) {
      this.#sent = this.#sent.filter((one) => one.seq > seq);
    }
  }

  /**
   * The keyboard is ours under this lease, and the program has had input up to this number. Answers
   * what must be sent again; or, under a new lease, gives up what was sent under the old one.
   */
  hold(lease: number, seq: number): { again: Keystrokes[]; lost: Uint8Array[] } {
    if (lease === this.#lease) {
      this.acknowledge(lease, seq);
      return { again: [...this.#sent], lost: [] };
    }
    const lost = this.#sent.map((one) => one.bytes);
    this.#lease = lease;
    this.#last = seq;
    this.#sent = [];
    return { again: [], lost };
  }

  /** Forgets what has not left the page. */
  discard(): void {
    this.#waiting = [];
  }
}

function size(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
