// @vitest-environment node
import { expect, test } from "vitest";

import { type Outcome, Rpc } from "./rpc";

const subscribe = {
  method: "session.subscribe",
  params: { session_id: "s", after: 3, format: "updates" },
} as const;

test("a request gets its own answer, once", () => {
  const rpc = new Rpc();
  const outcomes: Outcome[] = [];
  const first = JSON.parse(rpc.request(subscribe, (outcome) => outcomes.push(outcome)));
  const second = JSON.parse(rpc.request(subscribe, (outcome) => outcomes.push(outcome)));
  expect(first).toEqual({ jsonrpc: "2.0", id: 1, ...subscribe });
  const refusal = { jsonrpc: "2.0", id: second.id, error: { code: -32602, message: "no chat" } };
  expect(rpc.hear(JSON.stringify(refusal))).toEqual({ what: "answer" });
  rpc.hear(JSON.stringify(refusal));
  rpc.hear(JSON.stringify({ jsonrpc: "2.0", id: first.id, result: {} }));
  expect(outcomes).toEqual([{ ok: false, code: -32602, message: "no chat" }, { ok: true }]);
});

test("answers to a connection that is gone are not waited for", () => {
  const rpc = new Rpc();
  const outcomes: Outcome[] = [];
  const { id } = JSON.parse(rpc.request(subscribe, (outcome) => outcomes.push(outcome)));
  rpc.forget();
  rpc.hear(JSON.stringify({ jsonrpc: "2.0", id, result: {} }));
  expect(outcomes).toEqual([]);
});

test("notifications are told apart from answers, and nonsense from both", () => {
  const rpc = new Rpc();
  const notification = { method: "closing", params: { reason: "restart" } };
  expect(rpc.hear(JSON.stringify({ jsonrpc: "2.0", ...notification }))).toEqual({
    what: "notification",
    notification: { jsonrpc: "2.0", ...notification },
  });
  for (const nonsense of ["", "{", "null", "[]", '{"method":1}', '{"method":"x","params":[]}']) {
    expect(rpc.hear(nonsense)).toBeNull();
  }
});
