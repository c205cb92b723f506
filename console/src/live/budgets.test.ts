import { beforeEach, expect, test } from "vitest";

import type { BudgetRequestView } from "../api/types";
import { BudgetStore } from "./budgets";

let store: BudgetStore;

beforeEach(() => {
  store = new BudgetStore();
});

function request(id: string, change: Partial<BudgetRequestView> = {}): BudgetRequestView {
  return {
    budget_request_id: id,
    session_id: "s",
    machine_id: "m",
    user_id: "u",
    quota_id: "q",
    subject: "user",
    name: null,
    of: "u",
    measure: "cost",
    period: "month",
    limit: 20,
    used: 19.8,
    asked: 0.5,
    offers: [5, 20],
    can_grant: true,
    model: null,
    state: "pending",
    asked_at: "2026-01-01T00:00:00.000Z",
    answered_by: null,
    answered_at: null,
    ...change,
  };
}

test("an answer that was overtaken by news does not undo them", () => {
  store.apply({ method: "budget.updated", params: request("a", { state: "granted" }) });
  store.put(request("a"));
  expect(store.all.value.get("a")?.state).toBe("granted");
  expect(store.pending.value).toEqual([]);
});

test("a snapshot says who waits, the oldest first, and keeps what was answered", () => {
  store.put(request("gone"));
  store.put(request("over", { state: "declined" }));
  const early = request("early", { asked_at: "2025-01-01T00:00:00.000Z" });
  store.apply({ method: "budget.snapshot", params: { requests: [request("late"), early] } });
  expect(store.pending.value.map((one) => one.budget_request_id)).toEqual(["early", "late"]);
  expect(store.all.value.has("over")).toBe(true);
  expect(store.all.value.has("gone")).toBe(false);
});

test("answered ones are not kept for ever, those that wait are", () => {
  store.put(request("open"));
  for (let index = 0; index < 300; index++) {
    store.put(request(`r${index}`, { state: "withdrawn" }));
  }
  expect(store.all.value.size).toBe(101);
  expect(store.all.value.has("r299")).toBe(true);
});
