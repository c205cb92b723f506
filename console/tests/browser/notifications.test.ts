/** Where one is told of what waits for one. */

import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const ROWS = "[data-channels]";
const PUT_OFF = '[data-channel="dingtalk"]';

test("a channel is made, tested, switched off and removed, and its address is not shown", async () => {
  const { page, mock, problems } = await enter();
  await visit(page, "/settings/notifications", ROWS);
  await press(page, "Add channel");
  await page.waitForSelector("#channel-form");
  await page.type("#channel-form input", "Nights");
  await page.select("#channel-form select", "feishu");
  await page.type('#channel-form input[type="url"]', "https://open.feishu.cn/hook/secret-path");
  await page.type('#channel-form input[type="password"]', "demo");
  await page.click('dialog[open] .dialog-foot button[type="submit"]');
  await page.waitForSelector('[data-channel="feishu"]');
  const shown = await words(page, ROWS);
  expect(shown).toContain("open.feishu.cn");
  expect(shown).not.toContain("secret-path");
  expect(mock.world.channels.at(-1)).toMatchObject({ name: "Nights", events: ["question"] });

  const made = '[data-channel="feishu"]';
  await page.click(`${made} button:nth-of-type(1)`);
  await page.waitForSelector(`${made} [data-last="delivered"]`);
  await page.click(`${made} button:nth-of-type(2)`);
  await page.waitForSelector(`${made}[data-state="off"]`);
  await page.click(`${made} button:nth-of-type(4)`);
  await page.waitForSelector("dialog[open] .button-danger");
  await page.click("dialog[open] .button-danger");
  await page.waitForSelector(made, { hidden: true });
  expect(problems).toEqual([]);
}, 60_000);

/** S28: what a channel is called is text. */
test("a channel that was put off says why, and is switched on again", async () => {
  const { page } = await enter();
  await visit(page, "/settings/notifications", PUT_OFF);
  const shown = await words(page, PUT_OFF);
  expect(shown).toContain("<b>值班群</b>");
  expect(shown).toContain("with the code 310000");
  await page.click(`${PUT_OFF} button:nth-of-type(2)`);
  await page.waitForSelector(`${PUT_OFF}[data-state="on"]`);
  await until(async () => expect(await words(page, PUT_OFF)).not.toContain("Put off"));
}, 60_000);
