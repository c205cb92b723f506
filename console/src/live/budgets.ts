/** Sessions that wait for a larger budget, as they were last heard of. */

import { computed, signal } from "@preact/signals";

import type { Notification } from "../api/live";
import type { BudgetRequestView } from "../api/types";

/** Answered ones stay for a while, so that everybody sees what became of them. */
const MAX_ANSWERED = 100;

export class BudgetStore {
  readonly all = signal<ReadonlyMap<string, BudgetRequestView>>(new Map());

  /** Those that nobody has answered, the oldest first. */
  readonly pending = computed(() => {
    const pending = [...this.all.value.values()].filter((request) => request.state === "pending");
    return pending.sort((one, other) => one.asked_at.localeCompare(other.asked_at));
  });

  /** Takes in what the server says about budgets. */
  apply(said: Notification): void {
    if (said.method === "budget.updated") {
      this.put(said.params);
    } else if (said.method === "budget.snapshot") {
      // One that waits no more was answered while nobody listened.
      const over = [...this.all.value.values()].filter((request) => request.state !== "pending");
      this.#keep([...over, ...said.params.requests]);
    }
  }

  /** An answer is never taken back. */
  put(request: BudgetRequestView): void {
    const known = this.all.value.get(request.budget_request_id);
    if (known && known.state !== "pending" && request.state === "pending") {
      return;
    }
    this.#keep([...this.all.value.values(), request]);
  }

  clear(): void {
    this.all.value = new Map();
  }

  #keep(requests: readonly BudgetRequestView[]): void {
    const all = new Map(requests.map((request) => [request.budget_request_id, request]));
    const answered = [...all.values()].filter((request) => request.state !== "pending");
    for (const { budget_request_id } of answered.slice(0, -MAX_ANSWERED)) {
      all.delete(budget_request_id);
    }
    this.all.value = all;
  }
}
