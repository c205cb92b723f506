/** What time it is, for things that show how long ago or how long: moves once a second. */

import { signal } from "@preact/signals";

const MOVES_EVERY_MS = 1000;

export const now = signal(Date.now());

/** Lets the time move while the page is looked at. */
export function startClock(): void {
  const move = () => {
    now.value = Date.now();
  };
  setInterval(() => {
    if (document.visibilityState === "visible") {
      move();
    }
  }, MOVES_EVERY_MS);
  document.addEventListener("visibilitychange", move);
}
