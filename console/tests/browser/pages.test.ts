import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { AxeResults } from "axe-core";
import { expect, test } from "vitest";

import { passkey } from "../../mock/second-factor";
import { enter, type House, sessionNamed, stillness, visit, withBrowser } from "./house";

withBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PAGES: readonly (readonly [string, (house: House) => string, string])[] = [
  ["home", () => "/", ".permission-answers"],
  ["inbox", () => "/inbox", ".permission-answers"],
  ["machines", () => "/machines", ".machine-row"],
  ["machine", ({ mock }) => `/machines/${[...mock.world.machines.keys()][0]}`, ".agent-rows"],
  [
    "chat",
    ({ mock }) => `/sessions/${sessionNamed(mock, "Read the time limit from the configuration")}`,
    ".permission-answers",
  ],
  [
    "changes",
    ({ mock }) =>
      `/sessions/${sessionNamed(mock, "Read the time limit from the configuration")}/changes`,
    ".changes-row",
  ],
  [
    "files",
    ({ mock }) =>
      `/sessions/${sessionNamed(mock, "Read the time limit from the configuration")}/files`,
    ".files-row",
  ],
  ["terminal", ({ mock }) => `/sessions/${sessionNamed(mock, "shell")}`, ".keyboard-yours"],
  ["sessions", () => "/sessions", ".session-list-row"],
  ["jobs", () => "/jobs", ".job-row"],
  ["job", ({ mock }) => `/jobs/${[...mock.world.jobs.keys()][0]}`, ".job-log-line"],
  ["policy", () => "/settings/policy", ".settings-rows"],
  ["account", () => "/settings/account", ".settings-form"],
  ["logins", () => "/settings/logins", ".settings-rows"],
  ["tokens", () => "/settings/tokens", ".settings-rows"],
  ["notifications", () => "/settings/notifications", "[data-channels]"],
  ["people", () => "/settings/people", "[data-user]"],
  ["keys", () => "/settings/keys", ".settings-rows"],
  ["audit", () => "/settings/audit", "[data-line]"],
  ["usage", () => "/usage", ".usage-tiles"],
  ["quotas", () => "/usage/quotas", ".quota-row"],
  ["prices", () => "/usage/prices", ".price-table"],
  ["manage", () => "/manage", "[data-line]"],
  ["registration tokens", () => "/manage/registration-tokens", "[data-enrolment]"],
  ["assignments", () => "/manage/assignments", "[data-assigned]"],
  ["tenants", () => "/manage/tenants", "[data-tenant]"],
  ["tenant", () => "/manage/tenants/2", "[data-tenant-page] [data-limit]"],
  ["appearance", () => "/settings/appearance", ".settings-choice"],
  ["about", () => "/settings/about", ".settings-facts"],
  ["nothing", () => "/nowhere", ".empty"],
];

async function findings(house: House): Promise<string[]> {
  // The page's own policy lets no script in from elsewhere; the tool is put in by the browser.
  await house.page.evaluate(AXE);
  const results = await house.page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<AxeResults> };
    };
    const run = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // xterm.js draws its own hidden text field and cells.
      exclude: [".xterm"],
    } as object);
    return run.violations.map((one) => ({
      id: one.id,
      impact: one.impact,
      nodes: one.nodes.map((node) => node.html.slice(0, 160)),
    }));
  });
  return results
    .filter(
      (one) => one.impact === "serious" || one.impact === "critical" || one.impact === "moderate",
    )
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).join(" | ")}`);
}

for (const [theme, language, isPhone] of [
  ["light", "en", false],
  ["dark", "zh", true],
] as const) {
  test(`every page can be used by everybody, and complains of nothing (${theme}, ${language})`, async () => {
    const house = await enter({ theme, language, isPhone });
    const found: string[] = [];
    for (const [name, path, selector] of PAGES) {
      await visit(house.page, path(house), selector);
      await stillness(house.page);
      found.push(...(await findings(house)).map((finding) => `${name}: ${finding}`));
    }
    expect(found).toEqual([]);
    expect(house.problems).toEqual([]);
    expect(house.strangers).toEqual([]);
  }, 180_000);
}

test("dialogs can be used by everybody", async () => {
  const house = await enter();
  const found: string[] = [];
  const { page } = house;
  house.mock.world.passkeys.passkeys = [passkey("Key on my ring", "gantline.example.com", 2)];
  for (const [key, selector] of [
    ["c", ".new-session"],
    ["?", ".key-sheet"],
  ] as const) {
    await page.keyboard.type(key);
    await page.waitForSelector(selector);
    await stillness(page);
    found.push(...(await findings(house)).map((finding) => `${selector}: ${finding}`));
    await page.keyboard.press("Escape");
    await page.waitForSelector(selector, { hidden: true });
  }
  for (const [path, button, selector] of [
    ["/jobs", ".page-actions .button-primary", ".new-job .effects"],
    ["/usage/quotas", ".section-head button", "#new-quota"],
    ["/usage/prices", ".section-head button", "#price-form"],
    ["/settings/notifications", ".section-head button", "#channel-form"],
    ["/settings/account", ".section:has([data-passkeys]) .section-head button", "#passkey-new"],
    ["/settings/account", "[data-passkey] .button-danger", "#passkey-gone .passkey-or"],
    ["/settings/policy", ".section:first-child .section-head button", "#new-rule"],
    ["/settings/policy", ".section:nth-of-type(2) .section-head button", "#preset-form .effects"],
    ["/settings/policy", ".section:last-of-type .section-head button", "#session-limits"],
    ["/manage/assignments", ".section-head button", "#assign option:nth-child(2)"],
    ["/manage/tenants", ".section-head button", "#new-tenant"],
    ["/manage/tenants/2", ".section-head .button-danger", "#freeze-all"],
  ] as const) {
    await visit(page, path, button);
    await page.click(button);
    await page.waitForSelector(selector);
    await stillness(page);
    found.push(...(await findings(house)).map((finding) => `${selector}: ${finding}`));
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog[open]", { hidden: true });
  }
  expect(found).toEqual([]);
}, 120_000);

test("signing in and setting up can be used by everybody", async () => {
  const house = await enter({ isSignedOut: true, scene: "new" });
  await house.page.goto(`${house.mock.url}/#/welcome/setup`);
  await house.page.waitForSelector("form");
  expect(await findings(house)).toEqual([]);
  expect(house.page.url()).toBe(`${house.mock.url}/`);
});

test("the first administrator is made with the link, and is in", async () => {
  const { page, mock } = await enter({ isSignedOut: true, scene: "new" });
  await page.goto(`${mock.url}/#/welcome/setup`);
  await page.waitForSelector("form");
  await page.keyboard.type("grace");
  await page.type('input[type="password"]', "correct horse");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".steps");
  expect(mock.world.user.username).toBe("grace");
});

test("a wrong password is told, and changes nothing", async () => {
  const { page, mock } = await enter({ isSignedOut: true });
  await page.goto(mock.url);
  await page.waitForSelector("form");
  await page.keyboard.type("ada");
  await page.type('input[type="password"]', "wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[role="alert"]');
  expect(await page.$(".frame")).toBeNull();
});

test("a machine that is added appears by itself", async () => {
  const { page } = await enter();
  await visit(page, "/machines", ".machine-row");
  await page.click(".page-actions .button-primary");
  await page.waitForSelector(".enrol-wait");
  await page.waitForSelector(".enrol-arrived", { timeout: 20_000 });
});
