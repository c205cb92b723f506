import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const SPARE = '[data-key="spare"]';

/** Chooses something from what can be done with a key. */
async function choose(page: Page, deed: string): Promise<void> {
  await page.click(`${SPARE} .menu-place button`);
  await page.locator(`::-p-xpath(//*[@role='menuitem'][contains(., '${deed}')])`).click();
}

test("a key is tested, and what comes of it is said", async () => {
  const { page } = await enter();
  await visit(page, "/settings/keys", SPARE);
  expect(await words(page, SPARE)).toContain("Rejected");
  await page.click(`${SPARE} > .button`);
  await page.waitForSelector(`${SPARE} .key-tested`);
  const tested = await words(page, `${SPARE} .key-tested`);
  expect(tested).toContain("Works");
  expect(tested).toContain("gpt-5.4-nano");
});

test("a key is edited, disabled and put in its place", async () => {
  const { page, mock } = await enter({ isPhone: true });
  const spare = () => mock.world.keys.find((one) => one.hint === "k2Lm");
  await visit(page, "/settings/keys", SPARE);
  expect(await words(page, SPARE)).toMatch(/2 models.*1 further name/);
  expect(await words(page, SPARE)).toContain("Choice 2");
  await choose(page, "Use before the others");
  await until(async () => expect(await words(page, SPARE)).toContain("Choice 1"));
  await choose(page, "Edit");
  await page.waitForSelector("#edit-key textarea");
  await page.$eval("#edit-key textarea", (area) => area.select());
  await page.type("#edit-key textarea", "gpt-5.5");
  await press(page, "Save");
  await until(async () => expect(spare()).toMatchObject({ models: ["gpt-5.5"], aliases: {} }));
  await choose(page, "Disable");
  await until(async () => expect(await words(page, SPARE)).toContain("Disabled"));
  expect(spare()?.state).toBe("disabled");
});

test("a stored key goes to another address only when it is entered again", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/keys", SPARE);
  await choose(page, "Edit");
  await page.waitForSelector('#edit-key input[type="url"]');
  expect(await page.$('#edit-key input[type="password"]')).toBeNull();
  await page.$eval('#edit-key input[type="url"]', (input) => (input as HTMLInputElement).select());
  await page.type('#edit-key input[type="url"]', "https://llm.example.com/v1");
  await page.waitForSelector('#edit-key input[type="password"]');
  expect(await page.$("dialog[open] button[type='submit']:disabled")).not.toBeNull();
  await page.type('#edit-key input[type="password"]', "sk-again-0123456789");
  await press(page, "Save");
  await until(async () => {
    const spare = mock.world.keys.find((one) => one.key_name === "spare");
    expect(spare?.base_url).toBe("https://llm.example.com/v1");
  });
});

test("a key is removed after a question", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/keys", SPARE);
  await choose(page, "Remove");
  await page.waitForSelector("dialog[open]");
  expect(mock.world.keys.some((one) => one.key_name === "spare")).toBe(true);
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(await page.$(SPARE)).toBeNull());
});
