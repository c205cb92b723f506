import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

/** Grace, who is number 2 of the pretended server. */
const GRACE = '[data-user="2"]';

/** Chooses something from what can be done with an account. */
async function choose(page: Page, account: string, deed: string): Promise<void> {
  await page.click(`${account} .menu-place button`);
  await page.locator(`::-p-xpath(//*[@role='menuitem'][contains(., '${deed}')])`).click();
}

test("a person is invited by a link that is shown once", async () => {
  const { page, mock } = await enter({ isPhone: true });
  await visit(page, "/settings/people", GRACE);
  await press(page, "New account");
  await page.waitForSelector("#new-user input[type=text]");
  await page.type("#new-user input[type=text]", "ana");
  await press(page, "Make invitation");
  await page.waitForSelector("dialog[open] .copy-block");
  expect(await words(page, "dialog[open]")).toContain("/#/welcome/");
  await press(page, "I have copied it");
  await until(async () => expect(await words(page)).toContain("ana"));
  expect(mock.world.accounts.at(-1)).toMatchObject({ username: "ana", state: "invited" });
  expect(await words(page)).not.toContain("/#/welcome/");
});

test("an account is disabled after a question, and one's own cannot be", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/people", GRACE);
  expect(await page.$('[data-user="1"] .menu-place')).toBeNull();
  await choose(page, GRACE, "Disable");
  await page.waitForSelector("dialog[open]");
  const grace = () => mock.world.accounts.find((one) => one.username === "grace");
  expect(grace()?.state).toBe("active");
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(await words(page, GRACE)).toContain("Disabled"));
  expect(grace()?.state).toBe("disabled");
});

test("an account is deleted when its name was typed", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/people", GRACE);
  await choose(page, GRACE, "Delete");
  await page.waitForSelector("#remove-user input");
  await page.type("#remove-user input", "grac");
  expect(await page.$("dialog[open] .button-danger:not([disabled])")).toBeNull();
  await page.type("#remove-user input", "e");
  await page.click("dialog[open] .button-danger:not([disabled])");
  await until(async () => expect(await page.$(GRACE)).toBeNull());
  expect(mock.world.accounts.some((one) => one.username === "grace")).toBe(false);
});

/** S28: a name is text, whatever stands in it. */
test("hostile names are text", async () => {
  const { page, problems } = await enter();
  await visit(page, "/settings/people", GRACE);
  expect(await words(page, '[data-user="4"]')).toContain("<b>Old</b> account");
  expect(await page.$('[data-user="4"] b')).toBeNull();
  expect(problems).toEqual([]);
});

test("somebody is given a right on a machine, and loses it after a question", async () => {
  const { page, mock } = await enter();
  const machine = [...mock.world.machines.keys()][0];
  await visit(page, `/machines/${machine}`, ".agent-rows");
  await press(page, "Add somebody");
  await page.waitForSelector("#assign select option:nth-child(2)");
  const deployer = mock.world.accounts.find((one) => one.username === "deployer");
  await page.select("#assign select", String(deployer?.user_id));
  await press(page, "Give the right");
  await until(async () => expect(await words(page)).toContain("Deployer"));
  expect(mock.world.assignments.at(-1)).toMatchObject({ username: "deployer", permission: "user" });
  await page
    .locator('::-p-xpath(//li[contains(., "deployer")]//button[contains(., "Remove")])')
    .click();
  await page.waitForSelector("dialog[open]");
  await page.click("dialog[open] .button-danger");
  await until(async () => {
    expect(mock.world.assignments.some((one) => one.username === "deployer")).toBe(false);
  });
});
