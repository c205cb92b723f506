import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket as Client } from "ws";

import { type Mock, startMock } from "../../mock/server";
import { Attachment, type Screen } from "./attachment";

/** Draws nothing, and remembers what it was given. */
class Page implements Screen {
  text = "";
  screens = 0;
  size = "";
  /** Draws only when told; a browser that is busy. */
  isBusy = false;
  held: (() => void)[] = [];

  write(bytes: Uint8Array, _isLive: boolean, drawn: () => void): void {
    this.text += new TextDecoder().decode(bytes);
    this.#draw(drawn);
  }

  replace(bytes: Uint8Array, drawn: () => void): void {
    this.screens += 1;
    this.text = new TextDecoder().decode(bytes);
    this.#draw(drawn);
  }

  resize(columns: number, rows: number): void {
    this.size = `${columns}x${rows}`;
  }

  #draw(drawn: () => void): void {
    if (this.isBusy) {
      this.held.push(drawn);
    } else {
      drawn();
    }
  }
}

let mock: Mock;
let sessionId: string;
let views: Attachment[];

beforeEach(async () => {
  mock = await startMock({ pace: 0 });
  const terminal = [...mock.world.sessions.values()].find((one) => one.kind === "terminal");
  sessionId = terminal?.session_id ?? "";
  views = [];
  // The page's own address leads to the mock, with the cookie that a browser would bring.
  class Socket extends Client {
    constructor(address: string) {
      const url = new URL(address);
      const path = `${url.pathname}${url.search}`;
      super(mock.url.replace("http", "ws") + path, { headers: { cookie: "gantline_login=mock" } });
    }
  }
  vi.stubGlobal("WebSocket", Socket);
});

afterEach(async () => {
  for (const view of views) {
    view.close();
  }
  await mock.close();
  vi.unstubAllGlobals();
});

function attach(page: Page, userId = mock.world.user.user_id): Attachment {
  const view = new Attachment(sessionId, userId, page);
  views.push(view);
  view.open();
  return view;
}

function type(view: Attachment, text: string): boolean {
  return view.type(new TextEncoder().encode(text));
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

test("a view begins with the whole screen and goes on with what is typed", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  expect(page.screens).toBe(1);
  type(view, "echo 你好\r");
  await until(() => expect(page.text).toContain("echo 你好\r\n你好\r\n"));
  expect(view.latencyMs.value).toBeGreaterThan(0);
});

test("after a cut the view goes on from the byte where it was", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  type(view, "slow 40\r");
  await until(() => expect(page.text).toContain("\n10\r\n"));
  mock.cut();
  await until(() => expect(page.text).toContain("\n40\r\n"));
  const numbers = page.text.split("slow 40\r\n")[1]?.match(/^\d+/gm)?.map(Number);
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(page.screens).toBe(1);
});

test("what is typed during a cut waits, is shown as waiting, and arrives once", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  mock.setDown(true);
  mock.cut();
  await until(() => expect(view.connection.value.state).not.toBe("open"));
  expect(type(view, "echo held\r")).toBe(true);
  expect(view.heldBytes.value).toBe(10);
  mock.setDown(false);
  view.retryNow();
  await until(() => expect(page.text).toContain("\r\nheld\r\n"));
  expect(view.heldBytes.value).toBe(0);
  expect(page.text.match(/echo held/g)).toHaveLength(1);
});

test("what was lost on the way is sent again, and typed once", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  type(view, "echo first\r");
  await until(() => expect(page.text).toContain("\r\nfirst\r\n"));
  const terminal = mock.terminal(sessionId);
  terminal.losesInput = true;
  type(view, "echo second\r");
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  terminal.losesInput = false;
  terminal.cut();
  await until(() => expect(page.text).toContain("\r\nsecond\r\n"));
  expect(page.text.match(/echo second/g)).toHaveLength(1);
  expect(view.uncertain.value).toBeNull();
});

test("under a new lease, what may have been lost is told and not typed", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  const terminal = mock.terminal(sessionId);
  terminal.losesInput = true;
  type(view, "rm x\r");
  const other = attach(new Page());
  await until(() => expect(other.keyboard.value.holder).not.toBeNull());
  other.takeKeyboard();
  await until(() => expect(view.keyboard.value.yours).toBe(false));
  terminal.losesInput = false;
  view.takeKeyboard();
  await until(() => expect(view.uncertain.value).not.toBeNull());
  expect(new TextDecoder().decode(view.uncertain.value ?? new Uint8Array())).toBe("rm x\r");
  expect(page.text).not.toContain("rm x");
});

test("what was typed during a cut can be taken back", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  mock.setDown(true);
  mock.cut();
  await until(() => expect(view.connection.value.state).not.toBe("open"));
  type(view, "rm -rf /\r");
  view.discardHeld();
  expect(view.heldBytes.value).toBe(0);
  mock.setDown(false);
  view.retryNow();
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  type(view, "echo still here\r");
  await until(() => expect(page.text).toContain("\r\nstill here\r\n"));
  expect(page.text).not.toContain("rm -rf");
});

/** R15: a page that does not keep up stops the flow, not itself. */
test("no more than a window is sent ahead of what is drawn", async () => {
  const page = new Page();
  const view = attach(page);
  await until(() => expect(view.keyboard.value.yours).toBe(true));
  page.isBusy = true;
  const before = page.text.length;
  type(view, "seq 200000\r");
  await until(() => expect(page.text.length - before).toBeGreaterThan(400_000));
  const held = page.text.length;
  type(view, "echo x\r");
  await until(() => expect(view.latencyMs.value).not.toBeNull());
  expect(page.text.length).toBe(held);
  page.isBusy = false;
  for (const drawn of page.held) {
    drawn();
  }
  await until(() => expect(page.text).toContain("\n200000\r\n"));
});

test("the keyboard of somebody else is not taken by typing, only openly", async () => {
  const first = attach(new Page());
  await until(() => expect(first.keyboard.value.yours).toBe(true));
  const page = new Page();
  const second = attach(page, "somebody-else");
  await until(() => expect(second.keyboard.value.holder).not.toBeNull());
  expect(type(second, "x")).toBe(false);
  second.takeKeyboard();
  await until(() => expect(second.keyboard.value.yours).toBe(true));
  expect(first.keyboard.value.yours).toBe(false);
  expect(type(second, "echo mine\r")).toBe(true);
  await until(() => expect(page.text).toContain("\r\nmine\r\n"));
});

test("a second view of the same person takes the keyboard by typing", async () => {
  const first = attach(new Page());
  await until(() => expect(first.keyboard.value.yours).toBe(true));
  const page = new Page();
  const second = attach(page);
  await until(() => expect(second.keyboard.value.holder).not.toBeNull());
  expect(type(second, "echo here\r")).toBe(true);
  await until(() => expect(page.text).toContain("\r\nhere\r\n"));
  expect(second.keyboard.value.yours).toBe(true);
});

test("the size of the window is told, again after a cut", async () => {
  const page = new Page();
  const view = attach(page);
  view.resize(101, 33);
  await until(() => expect(page.size).toBe("101x33"));
  const { shell } = mock;
  mock.cut();
  shell(sessionId).columns = 80;
  await until(() => expect(shell(sessionId).columns).toBe(101));
});
