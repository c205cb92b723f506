import { beforeEach, expect, test, vi } from "vitest";

import type { LiveRequest } from "../api/live";
import type { UpdateRecord } from "../api/types";
import { Feeds } from "./feeds";

let asked: LiveRequest[];
let feeds: Feeds;

beforeEach(() => {
  asked = [];
  feeds = new Feeds((request) => asked.push(request));
  // Drawing waits for the next picture; here every moment is one.
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    draw();
    return 0;
  });
  return () => vi.unstubAllGlobals();
});

function record(seq: number): UpdateRecord {
  const update = { kind: "notice", level: "info", code: "x", text: `line ${seq}` };
  return { seq, at: "2026-01-01T00:00:00.000Z", update };
}

function hear(...seqs: number[]) {
  const updates = seqs.map(record);
  feeds.apply({ method: "session.updates", params: { session_id: "s", updates } });
}

function subscriptions(): number[] {
  return asked.flatMap((one) => (one.method === "session.subscribe" ? [one.params.after] : []));
}

test("a chat is asked for from the last record that is known", () => {
  const { log } = feeds.hold("s");
  hear(1, 2, 3);
  feeds.disconnected();
  feeds.connected();
  expect(subscriptions()).toEqual([0, 3]);
  hear(4);
  expect(log.lines.value.map((line) => line.key)).toEqual(["n1", "n2", "n3", "n4"]);
});

test("what comes twice is drawn once", () => {
  const { log } = feeds.hold("s");
  hear(1, 2);
  hear(1, 2, 3);
  hear(2, 3);
  expect(log.lines.value).toHaveLength(3);
});

test("a hole is not drawn over: the rest is asked for again", () => {
  const { log } = feeds.hold("s");
  hear(1);
  hear(3, 4);
  expect(log.last).toBe(1);
  expect(subscriptions()).toEqual([0, 1]);
  hear(2, 3, 4);
  expect(log.last).toBe(4);
});

test("a transcript that begins anew is forgotten and asked for from the start", () => {
  const { log } = feeds.hold("s");
  hear(1, 2);
  const params = { session_id: "s", state: "restarted", message: null } as const;
  feeds.apply({ method: "session.stream", params });
  expect(log.lines.value).toEqual([]);
  expect(subscriptions()).toEqual([0, 0]);
});

test("a chat that nobody looks at is not followed, and goes on where it was", () => {
  feeds.hold("s");
  hear(1, 2);
  feeds.release("s");
  expect(asked.at(-1)?.method).toBe("session.unsubscribe");
  feeds.connected();
  expect(subscriptions()).toEqual([0]);
  feeds.hold("s");
  expect(subscriptions()).toEqual([0, 2]);
});

test("chats that nobody looks at are not kept for ever", () => {
  const first = feeds.hold("first");
  feeds.release("first");
  for (let index = 0; index < 12; index++) {
    feeds.hold(`s${index}`);
    feeds.release(`s${index}`);
  }
  expect(feeds.hold("first")).not.toBe(first);
});

test("a refused subscription says why", () => {
  const refusing = new Feeds((_, answered) => answered({ ok: false, code: 1, message: "no" }));
  expect(refusing.hold("s").state.value).toEqual({ stream: "refused", message: "no" });
});
