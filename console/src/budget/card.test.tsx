import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { BudgetRequestView } from "../api/types";
import { store, user } from "../app/state";
import { BudgetCard } from "./card";

function request(change: Partial<BudgetRequestView> = {}): BudgetRequestView {
  return {
    budget_request_id: "b",
    session_id: "s",
    machine_id: "m",
    user_id: "ada",
    quota_id: "q",
    subject: "user",
    of: "ada",
    name: "Ada\u202e Lovelace",
    measure: "cost",
    period: "month",
    limit: 20,
    used: 19.8,
    asked: 0.5,
    offers: [5, 20],
    can_grant: true,
    model: "gpt\u202e-5.5",
    state: "pending",
    asked_at: new Date().toISOString(),
    answered_by: null,
    answered_at: null,
    ...change,
  };
}

let box: HTMLElement;
let asked: { path: string; body: unknown }[];
let reply: () => Response;

beforeEach(() => {
  user.value = {
    user_id: "ada",
    number: 1,
    tenant_id: "t",
    username: "ada",
    display_name: "Ada",
    kind: "person",
    role: "user",
    state: "active",
    created_at: new Date().toISOString(),
  };
  asked = [];
  reply = () => Response.json({ success: true, request: request({ state: "granted" }) });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) });
    return reply();
  });
  box = document.createElement("div");
  document.body.append(box);
});

afterEach(() => {
  render(null, box);
  box.remove();
  store.clear();
  vi.unstubAllGlobals();
});

const show = (change: Partial<BudgetRequestView> = {}) =>
  act(() => render(<BudgetCard request={request(change)} />, box));

async function press(action: string) {
  const button = box.querySelector<HTMLElement>(`[data-action="${action}"]`);
  await act(async () => button?.click());
}

test("the card says what is spent and what the call may need, and hides nothing in it", async () => {
  await show();
  expect(box.textContent).toContain("$19.80 of $20.00");
  expect(box.textContent).toContain("may need $0.50");
  expect(box.textContent).toContain("Lovelace for this month");
  expect(box.textContent).not.toContain("\u202e");
});

test("the first offer is granted by its button and by its key", async () => {
  await show();
  await press("grant");
  expect(asked).toEqual([
    { path: "/api/quota/requests/b/answer", body: { answer: "grant", amount: 5 } },
  ]);
  await vi.waitFor(() => expect(store.budgets.all.value.get("b")?.state).toBe("granted"));
  await vi.waitFor(() => expect(box.querySelector("[aria-busy=true]")).toBeNull());
  const card = box.querySelector(".budget");
  await act(async () => {
    card?.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
  });
  expect(asked).toHaveLength(2);
});

test("another amount is granted as it is typed", async () => {
  await show({ measure: "tokens", offers: [1e6, 5e6] });
  await press("other");
  const input = box.querySelector<HTMLInputElement>("input");
  await act(async () => {
    if (input) {
      input.value = "2.5M";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  await press("grant_other");
  expect(asked[0]?.body).toEqual({ answer: "grant", amount: 2_500_000 });
});

test("who may not grant it sees that the session waits, and may stop it", async () => {
  await show({ can_grant: false });
  expect(box.querySelector('[data-action="grant"]')).toBeNull();
  expect(box.textContent).toContain("administrator");
  await press("stop");
  expect(asked[0]?.body).toEqual({ answer: "stop" });
});

test("an answer that is refused leaves the card as it was, and says why", async () => {
  reply = () =>
    Response.json(
      { code: "already_answered", detail: "this was answered already", status: 409 },
      { status: 409, headers: { "content-type": "application/problem+json" } },
    );
  await show();
  await press("grant");
  await vi.waitFor(() => expect(box.querySelector('[role="alert"]')).not.toBeNull());
  expect(box.querySelector('[data-action="grant"]')).not.toBeNull();
});

test("an answered one says what became of it", async () => {
  await show({ state: "declined" });
  expect(box.textContent).toContain("told to stop");
  expect(box.querySelector("button")).toBeNull();
});
