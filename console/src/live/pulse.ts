/**
 * Finds connections that are dead without having been closed: a laptop that slept, a network that
 * changed. Something is asked while nothing is heard; no answer in time means that it is dead.
 */

const ASK_AFTER_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;

export class Pulse {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly ask: () => void,
    readonly dead: () => void,
  ) {}

  /** Something was heard. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), ASK_AFTER_MS);
  }

  /** Checks at once, for example after the page was hidden. */
  checkNow(): void {
    clearTimeout(this.#timer);
    this.#check();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    this.#timer = setTimeout(this.dead, ANSWER_WITHIN_MS);
    this.ask();
  }
}
