import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { PermissionView, UserView } from "../api/types";
import { store, user } from "../app/state";
import { PermissionCard } from "./card";

const ADA: UserView = {
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

function question(change: Partial<PermissionView> = {}): PermissionView {
  return {
    request_id: "p",
    session_id: "s",
    machine_id: "m",
    turn_id: null,
    title: "rm -rf /tmp/x",
    details: {
      tool: "Bash",
      reason: "changes need a person's consent",
      tool_call: { tool_call_id: "t", raw_input: { command: "rm -rf /tmp/\u202ex" } },
      request_digest: "",
    },
    digest: "d1",
    state: "pending",
    answer: null,
    note: null,
    answered_by: null,
    asked_at: new Date().toISOString(),
    answered_at: null,
    ...change,
  };
}

let box: HTMLElement;
let asked: { path: string; body: unknown }[];
let reply: () => Response;

beforeEach(() => {
  user.value = ADA;
  asked = [];
  reply = () => Response.json({ success: true, permission: question({ state: "answered" }) });
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

async function show(permission = question()) {
  await act(() => render(<PermissionCard permission={permission} />, box));
}

function card(): HTMLElement {
  const found = box.querySelector<HTMLElement>(".permission");
  if (!found) {
    throw new Error("there is no card");
  }
  return found;
}

async function press(key: string, target: EventTarget = card(), more: KeyboardEventInit = {}) {
  await act(async () => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  });
}

/** S30: the characters that would deceive are seen, and the answer is bound to what was seen. */
test("the command is shown whole, with hidden characters written out", async () => {
  await show();
  expect(box.querySelector("pre")?.textContent).toBe("rm -rf /tmp/\\u{202e}x");
  expect(box.querySelector("mark")?.textContent).toBe("\\u{202e}");
});

test.each([
  ["y", { answer: "allow_once", digest: "d1" }],
  ["a", { answer: "allow_session", digest: "d1" }],
])("the key %s answers", async (key, body) => {
  await show();
  await press(key);
  expect(asked).toEqual([{ path: "/api/permissions/p/answer", body }]);
});

test("the key n asks for a note, and sends it with the denial", async () => {
  await show();
  await press("n");
  const note = box.querySelector("textarea");
  expect(note).not.toBeNull();
  if (note) {
    note.value = "use staging";
    await act(async () => {
      note.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await press("Enter", note, { ctrlKey: true });
  }
  expect(asked[0]?.body).toEqual({ answer: "deny", digest: "d1", note: "use staging" });
});

test("letters typed into the note answer nothing", async () => {
  await show();
  await press("n");
  await press("y", box.querySelector("textarea") ?? card());
  expect(asked).toEqual([]);
});

test("keys with others held answer nothing, nor do keys of an input method", async () => {
  await show();
  await press("y", card(), { ctrlKey: true });
  await press("y", card(), { isComposing: true });
  expect(asked).toEqual([]);
});

test("an answer cannot be given twice", async () => {
  let release = () => {};
  vi.stubGlobal("fetch", (path: string) => {
    asked.push({ path, body: null });
    return new Promise((resolve) => {
      release = () => resolve(reply());
    });
  });
  await show();
  await press("y");
  await press("y");
  expect(asked).toHaveLength(1);
  expect(box.querySelector("[data-action]")).toBeNull();
  await act(async () => release());
});

test("a refused answer says why, and the question stays open", async () => {
  reply = () =>
    Response.json(
      { detail: "somebody else was faster", code: "x", hint: "Look again." },
      { status: 409 },
    );
  await show();
  await press("y");
  await vi.waitFor(() => expect(box.textContent).toContain("Somebody else was faster"));
  expect(box.textContent).toContain("Look again.");
  expect(box.querySelector('[data-action="allow_once"]')).not.toBeNull();
});

test("who may only look cannot answer", async () => {
  user.value = { ...ADA, role: "read_only" };
  await show();
  await press("y");
  expect(asked).toEqual([]);
  expect(box.querySelector("[data-action]")).toBeNull();
});

test("an answer of somebody else is told", async () => {
  await show(
    question({
      state: "delivered",
      answer: "deny",
      answered_by: "grace",
      answered_at: new Date().toISOString(),
    }),
  );
  expect(box.textContent).toContain("Denied");
  expect(box.textContent).toContain("Already answered by");
  expect(box.querySelectorAll(".step-done")).toHaveLength(2);
});

test("what only a person can review is not consented to for the session", async () => {
  await show(question({ details: { tool: "review", tool_call: { tool_call_id: "t" } } }));
  expect(box.querySelector('[data-action="allow_session"]')).toBeNull();
  await press("a");
  expect(asked).toEqual([]);
});
