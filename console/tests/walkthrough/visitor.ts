/** A browser in front of the real server, and how a person gets around in it. */

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Browser, ConsoleMessage, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { startBrowser } from "../../mock/browser.mjs";
import { build, type House } from "./house";
import { PATIENCE_MS } from "./processes";

export const ADMINISTRATOR = { username: "grace", password: "correct horse battery" } as const;

export const PICTURES = fileURLToPath(new URL("../../screenshots", import.meta.url));

export interface Look {
  theme?: "light" | "dark";
  language?: "en" | "zh";
  isPhone?: boolean;
}

/** Nothing that moves once moves for longer. */
const STILL_WITHIN_MS = 20_000;

const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true } as const;
const DESK = { width: 1440, height: 900 } as const;

let browser: Browser;
let house: House;
let pages: Page[] = [];
/** Hosts beside ours that pages of a walkthrough may be sent to. */
export const KNOWN_HOSTS = new Set<string>();

/** What pages complained about, and hosts that are not ours, in the walkthrough that runs. */
let complaints: string[] = [];

/**
 * Call in every file of walkthroughs: one house for the file. Whatever is walked through, no page
 * may complain, break its content policy, or ask any other host for anything.
 */
export function withHouse(settled: "settled" | "new" = "settled"): () => House {
  beforeAll(async () => {
    house = await build();
    // Without WebGL the terminal draws words into the page, and those can be read.
    browser = await startBrowser(["--disable-3d-apis"]);
    if (settled === "settled") {
      await settle();
    }
  });
  afterEach(async ({ task }) => {
    const own = pages;
    pages = [];
    const seen = complaints;
    complaints = [];
    if (task.result?.state === "fail") {
      await picture(own, task.name);
    }
    for (const page of own) {
      await page.browserContext().close();
    }
    expect(seen).toEqual([]);
  });
  afterAll(async () => {
    // Left over where what comes before the walkthroughs has failed.
    await picture(pages, "before");
    pages = [];
    await browser?.close();
    house?.close();
  });
  return () => house;
}

/** The administrator is made, as a person does it. */
async function settle(): Promise<void> {
  const page = await visitor();
  await page.goto(house.link());
  await fillIn(page, ADMINISTRATOR);
  await live(page);
  await leave(page);
}

/** Fills in the form that is there, which makes the first account or signs in. */
export async function fillIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.waitForSelector("form.entrance-form");
  await page.type('input[autocomplete="username"]', username);
  await page.type('input[type="password"]', password);
  await page.click('form.entrance-form button[type="submit"]');
}

/** Waits until the page hears from the server. */
export async function live(page: Page): Promise<void> {
  await page.waitForSelector('.frame [data-connection="live"]');
}

/** Closes a page for good. */
export async function leave(page: Page): Promise<void> {
  pages = pages.filter((one) => one !== page);
  await page.browserContext().close();
}

/** What a failed walkthrough looked like. */
async function picture(of: readonly Page[], name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const file = name.replaceAll(/\W+/g, "-").slice(0, 80);
  for (const [index, page] of of.entries()) {
    await page.screenshot({ path: `${PICTURES}/failed-${file}-${index}.png` }).catch(() => {});
  }
}

/** A fresh browser that nobody is signed in with. */
export async function visitor(look: Look = {}): Promise<Page> {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(house.url, [
    "clipboard-read",
    "clipboard-write",
    "clipboard-sanitized-write",
  ]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  pages.push(page);
  watch(page);
  await page.setViewport(look.isPhone ? PHONE : DESK);
  const { theme = "light", language } = look;
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  if (language) {
    await page.evaluateOnNewDocument((chosen) => {
      localStorage.setItem("gantline.language", JSON.stringify(chosen));
    }, language);
  }
  return page;
}

/** A browser in which the administrator has signed in. */
export async function enter(look: Look = {}): Promise<Page> {
  const page = await visitor(look);
  await page.goto(house.url);
  await fillIn(page, ADMINISTRATOR);
  await live(page);
  return page;
}

function watch(page: Page): void {
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message) && !isElsewhere(page.url())) {
      complaints.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOurs =
      url.host === new URL(house.url).host ||
      // The same by its name, for which browsers keep passkeys.
      url.host === new URL(house.url).host.replace("127.0.0.1", "localhost") ||
      KNOWN_HOSTS.has(url.host) ||
      isElsewhere(request.frame()?.url() ?? "") ||
      !/^(http|ws)/.test(url.protocol);
    if (!isOurs) {
      complaints.push(`asked a stranger: ${request.url()}`);
    }
  });
}

/** Whether a page is not ours but one that ours has led to; what it does is its own affair. */
function isElsewhere(page: string): boolean {
  return URL.canParse(page) && KNOWN_HOSTS.has(new URL(page).host);
}

/** Chromium reports every answer that is a refusal; some refusals are what is walked through. */
function isExpected(message: ConsoleMessage): boolean {
  const text = message.text();
  const isUnknownPerson = text.includes("the server responded with a status of 401");
  // A connection that was cut is reported late; whoever was cut off says so on the page.
  const isCut = /WebSocket connection|net::ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET)/.test(text);
  const place = message.location().url ?? "";
  const isRefusedEntry = place.includes("/api/auth/link") || place.endsWith("/providers/return");
  return isUnknownPerson || isCut || isRefusedEntry;
}

/** Presses the button with these words, in the dialog that is open if there is one. */
export async function press(page: Page, label: string): Promise<void> {
  const inDialog = (await page.$("dialog[open]")) ? "//dialog[@open]" : "";
  await page
    .locator(`::-p-xpath(${inDialog}//button[contains(normalize-space(.), "${label}")])`)
    .setTimeout(PATIENCE_MS)
    .click();
}

/** Types into a field as soon as it is there. */
export async function fill(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.type(selector, text);
}

/** Goes to a page without loading anew. */
export async function visit(page: Page, path: string, selector: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  await page.waitForSelector(selector);
}

/** Everything that stands there, seen or folded away. */
export function words(page: Page, selector = "body"): Promise<string> {
  return page.$$eval(selector, (all) => all.map((one) => one.textContent ?? "").join("\n"));
}

/** Waits until these words stand there. */
export async function reads(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForFunction(
    (where, wanted) =>
      [...document.querySelectorAll(where)].some((one) => one.textContent?.includes(wanted)),
    {},
    selector,
    text,
  );
}

/** Waits until what moves into place has arrived; what never does is an error that names it. */
export async function stillness(page: Page): Promise<void> {
  const moving = await page.evaluate(async (patienceMs) => {
    await document.fonts.ready;
    const brief = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations === 1);
    const arrived = Promise.all(brief.map((one) => one.finished.catch(() => null)));
    const tooLong = new Promise((resolve) => setTimeout(resolve, patienceMs));
    await Promise.race([arrived, tooLong]);
    return brief
      .filter((one) => one.playState !== "finished" && one.playState !== "idle")
      .map((one) => {
        const { target } = one.effect as KeyframeEffect;
        return `${one.playState} at ${one.currentTime}: ${target?.className}`;
      });
  }, STILL_WITHIN_MS);
  expect(moving, "still moving").toEqual([]);
}

/** Waits until a check holds. */
export async function until(check: () => void | Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
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
