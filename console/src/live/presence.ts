/** Who looks at which session, as far as it was asked for or told. */

import { signal } from "@preact/signals";

import type { SessionPresence } from "../api/types";

type People = SessionPresence["people"];

/** Sessions of which it is remembered; of the others it is asked for. */
const MOST_KEPT = 100;

export class PresenceStore {
  readonly all = signal<ReadonlyMap<string, People>>(new Map());

  /** Grows with everything that is told, so that an answer which was overtaken can be left out. */
  #told = 0;

  /** The server tells who is there now. */
  hear({ session_id, people }: SessionPresence): void {
    this.#told += 1;
    const all = new Map(this.all.value);
    all.delete(session_id);
    all.set(session_id, people);
    const [oldest] = all.keys();
    if (all.size > MOST_KEPT && oldest !== undefined) {
      all.delete(oldest);
    }
    this.all.value = all;
  }

  /** Takes in the answer to a question, unless something was told since it was asked. */
  async ask(question: () => Promise<SessionPresence>): Promise<void> {
    const told = this.#told;
    const answer = await question();
    if (this.#told === told) {
      this.hear(answer);
    }
  }

  clear(): void {
    this.all.value = new Map();
  }
}
