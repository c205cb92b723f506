/** How long to wait before trying again: doubling, with full jitter, never longer than a limit. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Jitter can draw zero; a floor keeps a dead server from being asked without a pause. */
const SHORTEST_MS = 250;

/** The pause before the attempt with this number, from 1. `random` is in [0, 1). */
export function pauseMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16));
  return Math.max(SHORTEST_MS, Math.round(ceiling * random));
}
