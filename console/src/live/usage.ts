/** What sessions have used, as far as it was asked for or told. */

import { signal } from "@preact/signals";

import type { SessionUsage } from "../api/types";

/** Sessions whose usage is remembered; of the others it is asked for again. */
const MOST_KEPT = 300;

export class UsageStore {
  readonly all = signal<ReadonlyMap<string, SessionUsage>>(new Map());

  /** Grows with everything that is told: what adds usage up asks again. */
  readonly told = signal(0);

  /** The server tells that a session has used more. */
  hear(usage: SessionUsage): void {
    this.put(usage);
    this.told.value += 1;
  }

  /** Takes in what was told or answered; what is newer already stays. */
  put(usage: SessionUsage): void {
    const known = this.all.value.get(usage.session_id);
    if (known && isNewer(known, usage)) {
      return;
    }
    const all = new Map(this.all.value);
    all.delete(usage.session_id);
    all.set(usage.session_id, usage);
    const [oldest] = all.keys();
    if (all.size > MOST_KEPT && oldest !== undefined) {
      all.delete(oldest);
    }
    this.all.value = all;
  }

  clear(): void {
    this.all.value = new Map();
  }
}

/** Calls are only added, and an estimate gives way to what the upstream has counted. */
function isNewer(one: SessionUsage, other: SessionUsage): boolean {
  if (one.calls !== other.calls) {
    return one.calls > other.calls;
  }
  return one.estimated_calls < other.estimated_calls;
}
