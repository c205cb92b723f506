import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { clearOutbox, discard, outbox, post, resumeOutbox, settle } from "./outbox";

interface Sent {
  path: string;
  key: string;
  text: string;
}

let sent: Sent[];
let answer: () => Response | Promise<Response>;

const SESSION = "019d527d-34ed-7272-b336-000000000001";

function taken(turnId: string): Response {
  return Response.json({ success: true, turn: { turn_id: turnId } }, { status: 202 });
}

function say(text: string): void {
  post(SESSION, [{ type: "text", text }], "queue");
}

function states(): string[] {
  return outbox.value.map((one) => one.state);
}

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answer = () => taken(`turn-${sent.length}`);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const body = JSON.parse(String(init.body));
    sent.push({ path, key: headers["idempotency-key"] ?? "", text: body.content[0].text });
    return answer();
  });
});

afterEach(() => {
  clearOutbox();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a prompt is sent with a key of its own, and waits for the transcript", async () => {
  say("hello");
  await vi.runAllTimersAsync();
  expect(sent).toMatchObject([{ path: `/api/sessions/${SESSION}/prompt`, text: "hello" }]);
  expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  expect(states()).toEqual(["taken"]);
  settle(new Set(["turn-1"]));
  expect(outbox.value).toEqual([]);
});

test("a prompt that did not arrive is sent again with the same key", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  say("hello");
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(["waiting"]);
  answer = () => taken("turn");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(new Set(sent.map((one) => one.key)).size).toBe(1);
  expect(states()).toEqual(["taken"]);
});

test("prompts keep their order while the server is away", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  say("one");
  say("two");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.text)).toEqual(["one"]);
  answer = () => taken(`turn-${sent.length}`);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.map((one) => one.text).slice(-2)).toEqual(["one", "two"]);
});

test("a refused prompt is not sent again, and lets the next one pass", async () => {
  answer = () => Response.json({ detail: "too large", code: "prompt_too_large" }, { status: 400 });
  say("huge");
  await vi.advanceTimersByTimeAsync(0);
  answer = () => taken("turn");
  say("small");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(states()).toEqual(["refused", "taken"]);
  expect(sent.map((one) => one.text)).toEqual(["huge", "small"]);
  discard(outbox.value[0]?.key ?? "");
  expect(states()).toEqual(["taken"]);
});

test("a reload goes on where it was, with the same keys", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  say("hello");
  await vi.advanceTimersByTimeAsync(0);
  const kept = sessionStorage.getItem("gantline.outbox");
  clearOutbox();
  sessionStorage.setItem("gantline.outbox", kept ?? "");
  answer = () => taken("turn");
  resumeOutbox();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.at(-1)?.key).toBe(sent[0]?.key);
  expect(states()).toEqual(["taken"]);
});

test("only so many prompts wait", () => {
  answer = () => new Promise(() => {});
  for (let index = 0; index < 20; index++) {
    say(`prompt ${index}`);
  }
  expect(post(SESSION, [{ type: "text", text: "one more" }], "queue")).toBe(false);
});
