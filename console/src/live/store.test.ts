import { beforeEach, expect, test } from "vitest";

import type { PermissionView, SessionView, TurnView } from "../api/types";
import { Store } from "./store";

let store: Store;

beforeEach(() => {
  store = new Store();
});

function session(id: string, change: Partial<SessionView> = {}): SessionView {
  return {
    session_id: id,
    id,
    machine_id: "m",
    kind: "chat",
    agent_name: "demo",
    project_path: "/p",
    model: null,
    permission_preset: "ask",
    title: id,
    name: id,
    tags: [],
    archived: false,
    status: "idle",
    active: false,
    detail: null,
    owner: { user_id: "u", display_name: "Ada" },
    created_at: "2026-01-01T00:00:00.000Z",
    last_active_at: "2026-01-01T00:00:00.000Z",
    last_active: "2026-01-01T00:00:00.000Z",
    ...change,
  };
}

function permission(state: PermissionView["state"], id = "p"): PermissionView {
  return {
    request_id: id,
    session_id: "s",
    machine_id: "m",
    turn_id: null,
    title: "ls",
    details: {},
    digest: "d",
    state,
    answer: null,
    note: null,
    answered_by: null,
    asked_at: "2026-01-01T00:00:00.000Z",
    answered_at: null,
  };
}

function snapshot(sessions: SessionView[], permissions: PermissionView[] = []) {
  store.apply({ method: "session.snapshot", params: { sessions } });
  store.apply({ method: "machine.snapshot", params: { machines: [] } });
  store.apply({ method: "permission.snapshot", params: { permissions } });
}

test("a snapshot replaces everything: what is gone is gone", () => {
  snapshot([session("a"), session("b")]);
  snapshot([session("b")]);
  expect([...store.sessions.value.keys()]).toEqual(["b"]);
  expect(store.ready.value).toBe(true);
});

test("a full snapshot does not drop older sessions that were paged in", () => {
  const newer = Array.from({ length: 200 }, (_, index) =>
    session(`n${index}`, { last_active_at: "2026-02-01T00:00:00.000Z" }),
  );
  snapshot([session("old")]);
  snapshot(newer);
  expect(store.sessions.value.has("old")).toBe(true);
});

test("an answer that was overtaken by news does not undo them", () => {
  const late = session("a", { status: "running", last_active_at: "2026-01-01T00:00:02.000Z" });
  store.apply({ method: "session.updated", params: late });
  store.putSession(session("a", { last_active_at: "2026-01-01T00:00:01.000Z" }));
  expect(store.sessions.value.get("a")?.status).toBe("running");
});

test("questions only move forward", () => {
  store.putPermission(permission("delivered"));
  store.putPermission(permission("answered"));
  expect(store.permissions.value.get("p")?.state).toBe("delivered");
  expect(store.pending.value).toEqual([]);
});

test("open questions are listed with the oldest first", () => {
  const early = { ...permission("pending", "early"), asked_at: "2025-01-01T00:00:00.000Z" };
  snapshot([], [permission("pending", "late"), early, permission("answered", "over")]);
  expect(store.pending.value.map((one) => one.request_id)).toEqual(["early", "late"]);
});

test("a question that is missing from a snapshot waits no more", () => {
  snapshot([], [permission("pending")]);
  snapshot([], []);
  expect(store.pending.value).toEqual([]);
});

test("turns never go back, and are not kept for ever", () => {
  const turn = (id: string, state: TurnView["state"]): TurnView => ({
    turn_id: id,
    session_id: "s",
    author: "u",
    state,
    outcome: null,
    created_at: "2026-01-01T00:00:00.000Z",
    finished_at: null,
  });
  store.putTurns([turn("t", "running")]);
  store.putTurns([turn("t", "sent")]);
  expect(store.turns.value.get("t")?.state).toBe("running");
  store.putTurns(Array.from({ length: 3000 }, (_, index) => turn(`t${index}`, "done")));
  expect(store.turns.value.size).toBe(2000);
});

test("answered questions are not kept for ever, open ones are", () => {
  store.putPermission(permission("pending", "open"));
  for (let index = 0; index < 800; index++) {
    store.putPermission(permission("resolved", `r${index}`));
  }
  expect(store.permissions.value.size).toBe(500);
  expect(store.permissions.value.has("open")).toBe(true);
});

test("rules that were given, taken back or missed are asked for again", () => {
  store.apply({ method: "rule.deleted", params: { rule_id: "r" } });
  expect(store.rulesSeen.value).toBe(1);
  store.apply({ method: "permission.snapshot", params: { permissions: [] } });
  expect(store.rulesSeen.value).toBe(2);
});
