/** A place in a transcript that somebody wants to see, until its session shows it. */

import { signal } from "@preact/signals";

interface Wanted {
  sessionId: string;
  seq: number;
}

export const wanted = signal<Wanted | null>(null);

/** Takes the place that is wanted of a session whose records are known up to there. */
export function takeWanted(sessionId: string, last: number): number | null {
  const place = wanted.value;
  if (place?.sessionId !== sessionId || place.seq > last) {
    return null;
  }
  wanted.value = null;
  return place.seq;
}

/** Whether somebody came to a session for one place of it, which has the focus then, or will have. */
export function cameForAPlace(sessionId: string): boolean {
  const isThere = document.activeElement?.matches("[data-line]") === true;
  return isThere || wanted.value?.sessionId === sessionId;
}
