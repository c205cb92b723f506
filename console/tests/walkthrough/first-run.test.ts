import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import {
  ADMINISTRATOR,
  enter,
  fillIn,
  live,
  press,
  reads,
  visit,
  visitor,
  withHouse,
} from "./visitor";

const house = withHouse("new");

/** The addresses that one could go back to, and what the page keeps. */
async function remembered(page: Page): Promise<string> {
  const devtools = await page.createCDPSession();
  const { entries } = await devtools.send("Page.getNavigationHistory");
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  return [...entries.map(({ url }) => url), kept].join("\n");
}

/** S15: the link makes the first account, once, and its secret stays nowhere. */
test("the link makes the administrator, leaves the address bar, and works once", async () => {
  const { url, link } = house();
  const page = await visitor();
  await page.goto(link());
  await page.waitForSelector("form.entrance-form");
  expect(page.url()).toBe(`${url}/`);
  await fillIn(page, ADMINISTRATOR);
  await live(page);
  expect(page.url()).toBe(`${url}/`);
  await page.waitForSelector(".home-machine");

  const other = await visitor();
  await other.goto(link());
  await reads(other, "form", "That link has been used or is too old.");
  expect(other.url()).toBe(`${url}/`);

  const secret = link().split("/").at(-1) ?? "";
  expect(secret.length).toBeGreaterThan(20);
  expect(await remembered(page)).not.toContain(secret);
});

test("nobody without the link makes an account", async () => {
  const page = await visitor();
  await page.goto(`${house().url}/#/welcome/${"0".repeat(43)}`);
  await reads(page, "form", "That link has been used or is too old.");
});

test("one signs out, and in again with the password alone", async () => {
  const page = await enter();
  await visit(page, "/settings/account", ".settings-form");
  await press(page, "Sign out");
  await page.waitForSelector("form.entrance-form");
  await page.reload();
  await fillIn(page, { ...ADMINISTRATOR, password: "not the password" });
  await page.waitForSelector('[role="alert"]');
  await page.reload();
  await fillIn(page, ADMINISTRATOR);
  await live(page);
});

test("a link that is printed at a later start signs in", async () => {
  await house().interrupt();
  await house().start();
  const page = await visitor();
  await page.goto(house().link());
  await live(page);
  expect(page.url()).toBe(`${house().url}/`);
});
