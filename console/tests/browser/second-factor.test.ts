import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { CODE } from "../../mock/second-factor";
import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const OFF = '[data-second-factor="off"]';
const ON = '[data-second-factor="on"]';

async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.type(selector, text);
}

async function signIn(page: Page, username: string, password: string): Promise<void> {
  await typeInto(page, 'input[autocomplete="username"]', username);
  await page.type('input[type="password"]', password);
  await page.click('form.entrance-form button[type="submit"]');
}

test("a second factor is switched on with a picture and a code, and off with a code", async () => {
  const { page, mock, problems } = await enter({ isPhone: true });
  await visit(page, "/settings/account", OFF);
  await press(page, "Set up");
  await typeInto(page, "#second-factor-owner input", mock.world.password);
  await press(page, "Continue");
  await page.waitForSelector("#second-factor-proof .qr-modules");
  expect(await words(page, "dialog[open]")).toContain("GEZD GNBV");
  await page.type("#second-factor-proof input", "654 321");
  await press(page, "Switch on");
  await until(async () => expect(await words(page, "dialog[open]")).toContain("is wrong"));
  expect(mock.world.secondFactor.since).toBeUndefined();
  await page.click("#second-factor-proof input", { count: 3 });
  await page.type("#second-factor-proof input", CODE);
  await press(page, "Switch on");
  await page.waitForSelector(".recovery-codes li:nth-child(10)");
  await press(page, "I have kept them");
  await page.waitForSelector(ON);
  expect(await words(page)).not.toContain("A2C4-E6G7");

  await press(page, "Switch off");
  await typeInto(page, "#second-factor-off input", CODE);
  await press(page, "Switch off");
  await page.waitForSelector(OFF);
  expect(problems.filter((problem) => !problem.includes("403"))).toEqual([]);
});

test("who has a second factor is asked for a code after the password", async () => {
  const { page, mock } = await enter({ isSignedOut: true });
  mock.world.secondFactor.since = new Date().toISOString();
  await page.goto(mock.url);
  await signIn(page, mock.world.user.username, mock.world.password);
  await page.waitForSelector('input[autocomplete="one-time-code"]');
  // Typing begins where it is needed.
  await until(async () => {
    expect(await page.evaluate(() => document.activeElement?.getAttribute("autocomplete"))).toBe(
      "one-time-code",
    );
  });
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await until(async () => expect(await words(page, "form")).toContain("is wrong"));
  await page.click('input[autocomplete="one-time-code"]', { count: 3 });
  await page.keyboard.type(CODE);
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-connection="live"]');
});

test("where everybody must have one, it is set up on the way in", async () => {
  const { page, mock } = await enter({ isSignedOut: true, language: "zh" });
  mock.world.secondFactor.demand = "required";
  await page.goto(mock.url);
  await signIn(page, mock.world.user.username, mock.world.password);
  await page.waitForSelector(".qr-modules");
  expect(await words(page, ".entrance-card")).not.toMatch(/[a-z]{4,} [a-z]{2,}/);
  await page.type('input[autocomplete="one-time-code"]', CODE);
  await page.click('form button[type="submit"]');
  await page.waitForSelector(".recovery-codes li:nth-child(10)");
  expect(await page.$('[data-connection="live"]')).toBeNull();
  await press(page, "我已保存");
  await page.waitForSelector('[data-connection="live"]');
});

test("an administrator demands one, after having one, and helps who has lost theirs", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/people", '[data-demand="optional"]');
  await press(page, "Ask everybody");
  await press(page, "Ask everybody");
  await until(async () => expect(await words(page)).toContain("no second factor yourself"));
  mock.world.secondFactor.since = new Date().toISOString();
  await press(page, "Ask everybody");
  await press(page, "Ask everybody");
  await page.waitForSelector('[data-demand="required"]');

  const grace = () => mock.world.accounts.find((one) => one.username === "grace");
  expect(grace()?.has_second_factor).toBe(true);
  await page.click('[data-user="2"] .menu-place button');
  await page.locator("::-p-xpath(//*[@role='menuitem'][contains(., 'second factor off')])").click();
  await page.waitForSelector("dialog[open]");
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(grace()?.has_second_factor).toBe(false));
});
