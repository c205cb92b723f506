/** Jobs, as they were last heard of, and their logs as they grow. */

import { signal } from "@preact/signals";

import type { Notification } from "../api/live";
import type { JobLogEntry, JobSummary } from "../api/types";

/** Jobs are kept for the lists on the screen; the oldest are dropped. */
const MAX_JOBS = 2000;

type LogListener = (entry: JobLogEntry) => void;

export class JobStore {
  readonly all = signal<ReadonlyMap<string, JobSummary>>(new Map());

  /** Those that were deleted since the page was loaded: there is nothing to ask for any more. */
  readonly gone = signal<ReadonlySet<string>>(new Set());

  #listeners = new Map<string, Set<LogListener>>();

  /** Takes in what the server says about jobs. */
  apply(said: Notification): void {
    if (said.method === "job.updated") {
      this.put([said.params]);
    } else if (said.method === "job.deleted") {
      this.drop(said.params.job_id);
    } else if (said.method === "job.log") {
      const { job_id, entry } = said.params;
      for (const tell of this.#listeners.get(job_id) ?? []) {
        tell(entry);
      }
    }
  }

  /** Takes in jobs; what is known to be further stays. */
  put(jobs: readonly JobSummary[]): void {
    const all = new Map(this.all.value);
    for (const job of jobs) {
      const known = all.get(job.id);
      if (!known || progress(known) <= progress(job)) {
        all.set(job.id, job);
      }
    }
    for (const id of all.keys()) {
      if (all.size <= MAX_JOBS) {
        break;
      }
      all.delete(id);
    }
    this.all.value = all;
  }

  drop(id: string): void {
    const rest = new Map(this.all.value);
    rest.delete(id);
    this.all.value = rest;
    this.gone.value = new Set(this.gone.value).add(id);
  }

  /** Hears the lines of a job's log as they are written, until the answer is called. */
  follow(id: string, tell: LogListener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(tell));
    return () => {
      listeners.delete(tell);
      if (listeners.size === 0) {
        this.#listeners.delete(id);
      }
    };
  }

  clear(): void {
    this.all.value = new Map();
    this.gone.value = new Set();
  }
}

const RANK = { queued: 0, running: 1, completed: 2, failed: 2, canceled: 2 } as const;

/** Grows with everything that happens to a job: attempt by attempt, and in each of them. */
function progress(job: JobSummary): number {
  return job.attempt * 3 + RANK[job.status];
}
