// @vitest-environment node
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";

import type { UpdateRecord } from "../api/types";
import { ChatLog } from "./chat-log";

const AT = "2026-01-01T00:00:00.000Z";

let log: ChatLog;

beforeEach(() => {
  log = new ChatLog();
});

function records(...updates: unknown[]): UpdateRecord[] {
  return updates.map((update, index) => ({ seq: index + 1, at: AT, update }) as UpdateRecord);
}

function shown(of: ChatLog = log) {
  return of.lines.value.map((line) => ({ key: line.key, item: line.item.value }));
}

function kinds(): string[] {
  return shown().map(({ item }) => item.kind);
}

const text = (words: string) => ({ kind: "text", text: words });

const message = (turn: string, words = "do it") => ({
  kind: "user_message",
  message_id: `m-${turn}`,
  turn_id: turn,
  author: "Ada",
  content: [text(words)],
});

const turn = (id: string, state: string, more = {}) => ({
  kind: "turn",
  turn_id: id,
  state,
  author: "Ada",
  origin: { kind: "prompt" },
  ...more,
});

const chunk = (id: string, words: string) => ({
  kind: "agent_message_chunk",
  message_id: id,
  content: text(words),
});

test("pieces of a message become one line", () => {
  log.append(records(chunk("a", "Hel"), chunk("a", "lo"), chunk("b", "Bye")));
  expect(shown().map(({ item }) => item)).toMatchObject([
    { kind: "agent", content: [text("Hello")], isOpen: false },
    { kind: "agent", content: [text("Bye")], isOpen: true },
  ]);
});

test("a prompt takes its place when its turn begins, and waits until then", () => {
  log.append(records(message("1"), turn("1", "on_machine"), { kind: "queue", turn_ids: ["1"] }));
  expect(kinds()).toEqual([]);
  expect(log.waiting.value.map((one) => one.turnId)).toEqual(["1"]);
  log.append([{ seq: 4, at: AT, update: turn("1", "running") } as never]);
  expect(kinds()).toEqual(["user"]);
  expect(log.waiting.value).toEqual([]);
  expect(log.runningTurn.value?.turnId).toBe("1");
});

test("prompts wait in the order of the queue", () => {
  log.append(records(message("1"), message("2"), { kind: "queue", turn_ids: ["2", "1"] }));
  expect(log.waiting.value.map((one) => one.turnId)).toEqual(["2", "1"]);
});

test("a prompt that never ran is shown with its end", () => {
  log.append(records(message("1"), turn("1", "on_machine"), turn("1", "cancelled")));
  expect(kinds()).toEqual(["user", "turn_end"]);
});

test("a turn that has ended stays ended", () => {
  log.append(records(turn("1", "running"), turn("1", "unknown"), turn("1", "running")));
  expect(log.runningTurn.value).toBeNull();
  expect(shown()).toMatchObject([{ item: { kind: "turn_end", state: "unknown" } }]);
});

test("the end of a turn closes what was being said", () => {
  log.append(records(turn("1", "running"), chunk("a", "Hm"), turn("1", "done")));
  expect(shown()[0]).toMatchObject({ item: { kind: "agent", isOpen: false } });
});

test("a tool call grows; what is not said stays as it was", () => {
  const call = { kind: "tool_call", tool_call_id: "t" };
  log.append(
    records(
      { ...call, title: "Run", tool_kind: "execute", status: "in_progress", raw_input: { a: 1 } },
      { ...call, status: "completed", content: [{ kind: "content", content: text("ok") }] },
    ),
  );
  expect(shown()).toMatchObject([
    {
      item: {
        kind: "tool",
        call: { title: "Run", toolKind: "execute", status: "completed", rawInput: { a: 1 } },
      },
    },
  ]);
});

test("a decision of the policy belongs to its tool call, also when it comes first", () => {
  const decision = {
    kind: "policy_decision",
    tool_call_id: "t",
    title: "rm -rf",
    tool: "Bash",
    allowed: false,
    reason: "denied",
    digest: "",
  };
  log.append(records(decision, { kind: "tool_call", tool_call_id: "t", status: "failed" }));
  expect(shown()).toMatchObject([
    { item: { kind: "tool", decision: { allowed: false }, call: { title: "rm -rf" } } },
  ]);
});

test("a question is one line from being asked to being answered", () => {
  const asked = { kind: "permission", request_id: "p", state: "pending", title: "ls" };
  const answered = { kind: "permission", request_id: "p", state: "resolved", answer: "deny" };
  log.append(records(asked, answered));
  expect(shown()).toMatchObject([
    { item: { permission: { title: "ls", state: "resolved", answer: "deny" } } },
  ]);
});

test("what this version does not know stays visible", () => {
  log.append(records({ kind: "hologram", data: 1 }, "nonsense", null));
  expect(kinds()).toEqual(["unknown", "unknown", "unknown"]);
});

test("after clearing, the same records give the same lines", () => {
  const all = records(message("1"), turn("1", "running"), chunk("a", "x"), turn("1", "done"));
  log.append(all);
  const before = shown();
  log.clear();
  expect(shown()).toEqual([]);
  log.append(all);
  expect(shown()).toEqual(before);
});

const anyUpdate = fc.oneof(
  fc.tuple(fc.constantFrom("1", "2", "3"), fc.string()).map(([id, words]) => message(id, words)),
  fc
    .tuple(
      fc.constantFrom("1", "2", "3"),
      fc.constantFrom("on_machine", "running", "done", "cancelled", "failed", "unknown"),
    )
    .map(([id, state]) => turn(id, state)),
  fc.tuple(fc.constantFrom("a", "b"), fc.string()).map(([id, words]) => chunk(id, words)),
  fc
    .tuple(fc.constantFrom("t", "u"), fc.constantFrom("pending", "in_progress", "completed"))
    .map(([id, status]) => ({ kind: "tool_call", tool_call_id: id, title: id, status })),
  fc.shuffledSubarray(["1", "2", "3"]).map((ids) => ({ kind: "queue", turn_ids: ids })),
  fc.constantFrom("pending", "resolved", "withdrawn").map((state) => ({
    kind: "permission",
    request_id: "p",
    state,
  })),
);

/** R: a reload or a cut loses nothing and doubles nothing, wherever it falls. */
test("however the records arrive, cut and repeated, the lines are the same", () => {
  fc.assert(
    fc.property(
      fc.array(anyUpdate, { maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 20 }),
      (updates, pieces) => {
        const all = records(...updates);
        const whole = new ChatLog();
        whole.append(all);
        const cut = new ChatLog();
        for (const [end, overlap] of pieces) {
          // As after a reconnect: everything since some record that was seen before.
          cut.append(all.slice(Math.max(0, cut.last - overlap), Math.max(cut.last, end)));
        }
        cut.append(all);
        expect(shown(cut)).toEqual(shown(whole));
        expect(cut.waiting.value).toEqual(whole.waiting.value);
        expect(cut.runningTurn.value).toEqual(whole.runningTurn.value);
      },
    ),
    { numRuns: 200 },
  );
});

test("lines are only ever added at the end", () => {
  fc.assert(
    fc.property(fc.array(anyUpdate, { maxLength: 40 }), (updates) => {
      const growing = new ChatLog();
      let before: string[] = [];
      for (const record of records(...updates)) {
        growing.append([record]);
        const now = growing.lines.value.map((line) => line.key);
        expect(now.slice(0, before.length)).toEqual(before);
        before = now;
      }
    }),
    { numRuns: 100 },
  );
});

test("a hole is said, and nothing behind it is taken", () => {
  const all = records(chunk("a", "1"), chunk("b", "2"), chunk("c", "3"));
  expect(log.append([...all.slice(0, 1), ...all.slice(2)])).toBe("hole");
  expect(log.last).toBe(1);
});

/** S28: the records come from a machine, and nothing that it says may break the page. */
test("no JSON breaks it", () => {
  const named = fc.constantFrom(
    "turn",
    "queue",
    "state",
    "agent",
    "user_message",
    "agent_message_chunk",
    "tool_call",
    "plan",
    "usage",
    "modes",
    "options",
    "commands",
    "permission",
    "policy_decision",
    "notice",
    "constructor",
    "__proto__",
  );
  const member = fc.oneof(fc.jsonValue(), fc.constant("t"), fc.array(fc.jsonValue()));
  const names = [
    "turn_id",
    "state",
    "content",
    "message_id",
    "tool_call_id",
    "request_id",
    "available",
    "options",
    "entries",
    "commands",
    "turn_ids",
    "current",
    "locations",
  ];
  const hostile = fc.tuple(named, fc.dictionary(fc.constantFrom(...names), member));
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 12 }), (updates) => {
      const taken = new ChatLog();
      const all = records(...updates.map(([kind, members]) => ({ ...members, kind })));
      expect(taken.append(all)).toBe("taken");
      expect(taken.last).toBe(all.length);
    }),
    { numRuns: 300 },
  );
});
