/** A browser, a pretended server with the built console, and how to get around in it. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { startBrowser } from "../../mock/browser.mjs";
import { type Mock, type MockOptions, startMock } from "../../mock/server";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

let browser: Browser;
const open: (() => Promise<void>)[] = [];

export interface House {
  mock: Mock;
  page: Page;
  /** What the page complained about. */
  problems: string[];
  /** Hosts other than ours that the page has asked for anything. */
  strangers: string[];
}

export interface HouseOptions extends MockOptions {
  theme?: "light" | "dark";
  language?: "en" | "zh";
  isPhone?: boolean;
  isSignedOut?: boolean;
}

/** Call in every file of browser tests. */
export function withBrowser(): void {
  beforeAll(async () => {
    expect(existsSync(`${DIST}/index.html`), "build the console first: npm run build").toBe(true);
    // Without WebGL the terminal draws words into the page, and those can be read.
    browser = await startBrowser(["--disable-3d-apis"]);
  });
  afterEach(async () => {
    for (const close of open.splice(0)) {
      await close();
    }
  });
  afterAll(() => browser.close());
}

export async function enter(options: HouseOptions = {}): Promise<House> {
  const mock = await startMock({ pace: 0.2, ...options, dist: DIST });
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  open.push(
    () => context.close(),
    () => mock.close(),
  );
  const problems: string[] = [];
  const strangers: string[] = [];
  page.on("console", (message) => {
    // Before signing in, and while the server is down, refusals are what is tested.
    if (message.type() === "error" && !/401|WebSocket connection|ERR_/.test(message.text())) {
      problems.push(message.text());
    }
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOurs = url.origin === mock.url || !url.protocol.startsWith("http");
    if (!isOurs) {
      strangers.push(request.url());
    }
  });
  const { theme = "light", language = "en", isPhone = false } = options;
  await page.setViewport(
    isPhone
      ? { width: 390, height: 844, isMobile: true, hasTouch: true }
      : { width: 1440, height: 900 },
  );
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.evaluateOnNewDocument((chosen) => {
    localStorage.setItem("gantline.language", JSON.stringify(chosen));
  }, language);
  if (options.isSignedOut !== true) {
    await page.goto(`${mock.url}/#/welcome/sign-in`);
    await page.waitForSelector('[data-connection="live"]', { visible: !isPhone });
  }
  return { mock, page, problems, strangers };
}

/** Goes to a page without loading anew. */
export async function visit(page: Page, path: string, selector: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  await page.waitForSelector(selector);
}

export function sessionNamed(mock: Mock, title: string): string {
  const session = [...mock.world.sessions.values()].find((one) => one.title === title);
  if (!session) {
    throw new Error(`there is no session named ${title}`);
  }
  return session.session_id;
}

export async function openSession(house: House, title: string, selector: string): Promise<string> {
  const id = sessionNamed(house.mock, title);
  await visit(house.page, `/sessions/${id}`, selector);
  return id;
}

/** Presses the button or the entry of a menu with these words. */
export async function press(page: Page, label: string): Promise<void> {
  const inDialog = (await page.$("dialog[open]")) ? "//dialog[@open]" : "";
  await page.locator(`::-p-xpath(${inDialog}//button[contains(., "${label}")])`).click();
}

/** Everything that stands on the page, seen or folded away. */
export function words(page: Page, selector = "body"): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

/** What moves into place must have arrived before its colours are judged. */
export async function stillness(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations === 1)
        .map((one) => one.finished),
    ),
  );
}

/** Waits until a check of the page holds, for so many milliseconds at most. */
export async function until(check: () => Promise<void>, most = 20_000): Promise<void> {
  const deadline = Date.now() + most;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
