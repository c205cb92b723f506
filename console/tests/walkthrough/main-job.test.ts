/** The whole main job, on a phone, and without a mouse. */

import type { KeyInput, Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { startSession, turnsOver } from "./sessions";
import {
  ADMINISTRATOR,
  enter,
  live,
  reads,
  stillness,
  until,
  visitor,
  withHouse,
  words,
} from "./visitor";

const house = withHouse();

const CARD = '.permission[data-state="pending"]';

test("everything can be done on a phone", async () => {
  const page = await enter({ isPhone: true });
  await page.tap(".bottom-new");
  await startSession(page, { kind: "chat", first: "/write phone.txt hello" });
  await page.waitForSelector(`${CARD} .diff-add`);
  await fits(page);
  await page.tap(`${CARD} [data-action="allow_once"]`);
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("phone.txt")).toBe("hello");

  await page.type(".composer textarea", "/write phone.txt other");
  await page.tap(".composer-send");
  await page.waitForSelector(CARD);
  // A session has the whole page; a drawer leads out of it.
  await openDrawer(page);
  await page.tap('.drawer a[href="/inbox"]');
  await page.waitForSelector(`.inbox ${CARD} .permission-answers`);
  await fits(page);
  await page.tap(`${CARD} [data-action="deny"]`);
  await page.waitForSelector('.permission[data-state="resolved"]');
  expect(house().file("phone.txt")).toBe("hello");

  for (const [to, selector] of [
    ["/", ".home"],
    ["/machines", ".machine-row"],
  ] as const) {
    await page.tap(`.bottom-bar a[href="${to}"]`);
    await page.waitForSelector(selector);
    await fits(page);
  }
  await page.tap(".bottom-bar button.bottom-link");
  await page.waitForSelector(".drawer .session-link");
  await stillness(page);
  await page.tap(".drawer .session-link");
  await page.waitForSelector(".composer textarea");
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  await fits(page);

  await openDrawer(page);
  await page.tap(".drawer .sidebar-new button");
  await startSession(page, { kind: "terminal" });
  await fits(page);
  await page.tap(".xterm-screen");
  await page.keyboard.type("echo from a phone\n");
  await reads(page, ".xterm-rows", "from a phone");
});

async function openDrawer(page: Page): Promise<void> {
  await page.tap(".page-menu button, button.page-menu");
  await page.waitForSelector(".drawer .sidebar-nav");
  // It slides in.
  await stillness(page);
}

/** Nothing hangs over the edge of the page. */
async function fits(page: Page): Promise<void> {
  const { inner, whole } = await page.evaluate(() => ({
    inner: window.innerWidth,
    whole: document.documentElement.scrollWidth,
  }));
  expect(inner).toBe(390);
  expect(whole).toBeLessThanOrEqual(inner);
}

test("everything can be done without a mouse", async () => {
  const page = await visitor();
  await page.goto(house().url);
  // The first field takes the focus by itself, a moment after it is there.
  await until(async () => expect(await isFocused(page, "[data-first]")).toBe(true));
  await page.keyboard.type(ADMINISTRATOR.username);
  await tabTo(page, 'input[type="password"]');
  await page.keyboard.type(ADMINISTRATOR.password);
  await page.keyboard.press("Enter");
  await live(page);

  await page.keyboard.press("c");
  await page.waitForSelector(".new-session");
  await until(async () => expect(await isFocused(page, ".new-session textarea")).toBe(true));
  await page.keyboard.type("/write keys.txt hello");
  await choose(page, "demo");
  await chord(page, "Control", "Enter");
  await page.waitForSelector(CARD);
  await tabTo(page, CARD);
  await page.keyboard.press("y");
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("keys.txt")).toBe("hello");

  await tabTo(page, ".composer textarea");
  await page.keyboard.type("/write keys.txt other");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForSelector(CARD);
  await tabTo(page, CARD);
  await page.keyboard.press("n");
  await page.waitForSelector(".permission textarea");
  await page.keyboard.type("/say leave it");
  await chord(page, "Control", "Enter");
  expect(await turnsOver(page, 3)).toEqual(["done", "done", "done"]);
  expect(house().file("keys.txt")).toBe("hello");
  expect(await words(page, ".agent-line")).toContain("leave it");

  await chord(page, "Control", "k");
  await page.waitForSelector(".palette-list");
  await page.keyboard.type("new terminal");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".new-session");
  await choose(page, "");
  await chord(page, "Control", "Enter");
  await page.waitForSelector(".keyboard-yours");
  await until(async () => expect(await isFocused(page, ".xterm-helper-textarea")).toBe(true));
  await page.keyboard.type("echo typed; exit\n");
  await page.waitForSelector("[data-ended]");
  await reads(page, ".xterm-rows", "typed");
});

async function chord(page: Page, held: KeyInput, key: KeyInput): Promise<void> {
  await page.keyboard.down(held);
  await page.keyboard.press(key);
  await page.keyboard.up(held);
}

function isFocused(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector);
}

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    if (await isFocused(page, selector)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not get to ${selector}`);
}

/** Chooses an agent with Tab and arrows. */
async function choose(page: Page, agent: string): Promise<void> {
  await tabTo(page, ".new-session .radio-card[data-value] input");
  for (let presses = 0; presses < 20; presses++) {
    if (await isFocused(page, `.radio-card[data-value="${agent}"] input`)) {
      await page.keyboard.press("Space");
      return;
    }
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`arrows do not get to ${agent}`);
}
