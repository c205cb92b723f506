/** Pictures of every page with real content, for people to look at. */

import { mkdirSync } from "node:fs";

import type { Page } from "puppeteer-core";
import { beforeAll, expect, test } from "vitest";

import { startChat, startTerminal, turnsOver } from "./sessions";
import {
  ADMINISTRATOR,
  enter,
  fill,
  fillIn,
  type Look,
  leave,
  PICTURES,
  press,
  reads,
  stillness,
  visit,
  visitor,
  withHouse,
} from "./visitor";

const house = withHouse();

/** Sessions to show, by what there is to see in them. */
const sessions = { done: "", asks: "", shell: "", ended: "" };

let job = "";

let machine = "";

beforeAll(async () => {
  const page = await enter();
  sessions.done = await startChat(
    page,
    [
      "/title Tidy up the release notes",
      "/think The notes repeat themselves; the second half can go.",
      "/plan Read the notes; Shorten them; Show the result",
      '/say I read the **release notes** first:\\n\\n- they repeat the list of changes\\n- `1.2` is missing\\n\\n```ts\\nconst notes = read("notes.md");\\n```',
      "/read .",
      "/write notes.md # Release 1.2\\n\\nShorter.\\n",
      "/say Done: the notes are half as long.",
      "/model What is a gantline?",
      "/usage 18250 200000",
    ].join("\n"),
  );
  await page.waitForSelector('.permission [data-action="allow_once"]');
  await page.click('.permission [data-action="allow_once"]');
  await turnsOver(page, 1);
  sessions.asks = await startChat(
    page,
    "/title Measure the start\n/say I need to build once.\n/run cargo build --release --locked",
  );
  await page.waitForSelector('.permission [data-action="allow_once"]');
  sessions.ended = await startTerminal(page);
  await page.keyboard.type("exit\n");
  await page.waitForSelector("[data-ended]");
  await visit(page, "/", ".home");
  sessions.shell = await startTerminal(page);
  await page.keyboard.type("clear; seq 1 8; ls -la; echo héllo; echo 中文\n");
  await reads(page, ".xterm-rows", "中文");
  await visit(page, "/machines", ".machine-row");
  machine = await page.$eval(".machine-row", (row) => row.getAttribute("data-machine-id") ?? "");
  await visit(page, "/jobs", ".job-filter");
  await press(page, "New job");
  await page.waitForSelector(".new-job textarea");
  await page.type(".new-job textarea", "/say Everything is **shipshape**.");
  await page.click('.new-job .radio-card[data-value="demo"]');
  await press(page, "Submit");
  await page.waitForSelector('.job-head [data-job-state="completed"]');
  job = new URL(page.url()).pathname;
  await visit(page, "/settings/tokens", ".section");
  await press(page, "New token");
  await fill(page, "dialog[open] input", "A script that counts");
  await press(page, "Create token");
  await page.waitForSelector(".copy-line code");
  await leave(page);
});

interface Shot {
  name: string;
  path: () => string;
  /** What must be there before the picture is taken. */
  shows: string;
  /** What to do on the page first. */
  act?: (page: Page, look: Look) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: "home", path: () => "/", shows: ".permission-answers" },
  { name: "inbox", path: () => "/inbox", shows: ".permission-answers" },
  { name: "machines", path: () => "/machines", shows: ".machine-row" },
  { name: "machine", path: () => `/machines/${machine}`, shows: ".agent-rows" },
  { name: "chat", path: () => `/sessions/${sessions.done}`, shows: ".turn-end" },
  {
    name: "chat-change",
    path: () => `/sessions/${sessions.done}`,
    shows: ".turn-end",
    act: async (page) => {
      await page.locator(".tool:has(.diff-counts) .tool-row").click();
      await page.waitForSelector(".tool-body .diff-add");
    },
  },
  { name: "chat-asks", path: () => `/sessions/${sessions.asks}`, shows: ".permission-answers" },
  { name: "terminal", path: () => `/sessions/${sessions.shell}`, shows: ".terminal-keyboard" },
  { name: "terminal-ended", path: () => `/sessions/${sessions.ended}`, shows: "[data-ended]" },
  { name: "sessions", path: () => "/sessions", shows: ".session-list-row" },
  { name: "jobs", path: () => "/jobs", shows: ".job-row" },
  { name: "job", path: () => job, shows: ".job-log-line" },
  {
    name: "new-job",
    path: () => "/jobs",
    shows: ".job-row",
    act: async (page) => {
      await page.click(".page-actions .button-primary");
      await page.waitForSelector(".new-job .effects");
    },
  },
  { name: "usage", path: () => "/usage", shows: ".usage-tiles" },
  { name: "quotas", path: () => "/usage/quotas", shows: ".section .card" },
  { name: "prices", path: () => "/usage/prices", shows: ".price-table" },
  ...["account", "logins", "tokens", "keys", "policy", "appearance", "about"].map((section) => ({
    name: `settings-${section}`,
    path: () => `/settings/${section}`,
    shows: ".settings-body :is(.card, .settings-form)",
  })),
  { name: "manage", path: () => "/manage", shows: "[data-line]" },
  { name: "manage-tokens", path: () => "/manage/registration-tokens", shows: ".section .card" },
  { name: "manage-assignments", path: () => "/manage/assignments", shows: ".section .card" },
  { name: "manage-tenants", path: () => "/manage/tenants", shows: "[data-tenant]" },
  { name: "manage-tenant", path: () => "/manage/tenants/1", shows: "[data-limit]" },
  { name: "not-found", path: () => "/nowhere", shows: ".empty" },
  {
    name: "new-session",
    path: () => "/",
    shows: ".home",
    act: async (page, { isPhone }) => {
      await page.click(isPhone ? ".bottom-new" : ".sidebar-new button");
      await page.waitForSelector(".new-session");
    },
  },
  {
    name: "enrol",
    path: () => "/machines",
    shows: ".machine-row",
    act: async (page) => {
      await page.click(".page-actions .button-primary");
      await page.waitForSelector(".enrol-wait");
    },
  },
  {
    name: "palette",
    path: () => "/",
    shows: ".home",
    act: async (page) => {
      await page.keyboard.down("Control");
      await page.keyboard.press("k");
      await page.keyboard.up("Control");
      await page.waitForSelector(".palette-list");
    },
  },
];

async function take(page: Page, name: string, { isPhone, theme, language }: Look): Promise<void> {
  await stillness(page);
  const file = `real-${name}-${isPhone ? "phone" : "wide"}-${theme}-${language}.png`;
  await page.screenshot({ path: `${PICTURES}/${file}` });
}

/** Goes wherever there is something to see; answers what hangs over the edge. */
async function tour(look: Look): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true });
  const page = await visitor(look);
  await page.goto(house().url);
  await page.waitForSelector("form.entrance-form");
  await take(page, "sign-in", look);
  await fillIn(page, ADMINISTRATOR);
  await page.waitForSelector(".frame");
  const wide: string[] = [];
  for (const { name, path, shows, act } of SHOTS) {
    await visit(page, path(), shows);
    await act?.(page, look);
    await take(page, name, look);
    const overhang = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    if (overhang > 0) {
      wide.push(`${name}: ${overhang} px`);
    }
    if (await page.$("dialog[open]")) {
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog[open]", { hidden: true });
    }
  }
  return wide;
}

for (const theme of ["light", "dark"] as const) {
  for (const language of ["en", "zh"] as const) {
    for (const isPhone of [false, true]) {
      const size = isPhone ? "phone" : "wide";
      test(`every page can be looked at: ${size}, ${theme}, ${language}`, async () => {
        expect(await tour({ theme, language, isPhone }), "hangs over the edge").toEqual([]);
      });
    }
  }
}
