import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import {
  ADMINISTRATOR,
  enter,
  fill,
  fillIn,
  live,
  press,
  reads,
  until,
  visit,
  withHouse,
  words,
} from "./visitor";

const house = withHouse();

function withToken(token: string): Promise<Response> {
  return fetch(`${house().url}/api/sessions`, { headers: { authorization: `Bearer ${token}` } });
}

test("an API token is shown once, lets a script in, and is revoked", async () => {
  const page = await enter();
  await visit(page, "/settings/tokens", ".section");
  await press(page, "New token");
  await fill(page, "dialog[open] input", "a script");
  await press(page, "Create token");
  const token = await page.waitForSelector(".copy-line code");
  const secret = (await token?.evaluate((code) => code.textContent)) ?? "";
  expect((await withToken(secret)).status).toBe(200);
  await press(page, "I have copied it");
  await reads(page, ".settings-rows", "a script");
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await reads(page, ".settings-rows", "a script");
  expect(await page.content()).not.toContain(secret);

  await press(page, "Revoke");
  await page.waitForSelector("dialog[open]");
  await press(page, "Revoke");
  await reads(page, ".section", "No API tokens");
  expect((await withToken(secret)).status).toBe(401);
});

/** S62: both work for a while, or only the new one at once. */
test("an API token is replaced while something uses it", async () => {
  const page = await enter();
  await visit(page, "/settings/tokens", ".section");
  await press(page, "New token");
  await fill(page, "dialog[open] input", "deploy");
  await press(page, "Create token");
  const first = await copied(page);
  const second = await replaced(page, "10");
  expect([(await withToken(first)).status, (await withToken(second)).status]).toEqual([200, 200]);
  expect((await words(page, ".settings-rows")).match(/deploy/g)).toHaveLength(2);
  const third = await replaced(page, "0");
  expect([(await withToken(second)).status, (await withToken(third)).status]).toEqual([401, 200]);
  await reads(page, ".settings-rows", "Expired");
});

/** Replaces the newest token; answers the text of the new one. */
async function replaced(page: Page, overlap: string): Promise<string> {
  await press(page, "Replace");
  await page.waitForSelector("dialog[open] select");
  await page.select("dialog[open] select", overlap);
  await page.click('dialog[open] button[type="submit"]');
  return copied(page);
}

/** The text of a token that is shown this one time. */
async function copied(page: Page): Promise<string> {
  const token = await page.waitForSelector("dialog[open] .copy-line code");
  const text = (await token?.evaluate((code) => code.textContent)) ?? "";
  await press(page, "I have copied it");
  await page.waitForFunction(() => document.querySelector("dialog[open]") === null);
  return text;
}

test("a provider key is masked as soon as it is stored", async () => {
  const page = await enter();
  const secret = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz";
  await visit(page, "/settings/keys", ".section");
  await press(page, "Add key");
  await page.waitForSelector("dialog[open] select");
  await page.select("dialog[open] select", "openai");
  await page.type("dialog[open] input[data-first]", "Team");
  await page.type('dialog[open] input[type="password"]', secret);
  await press(page, "Store key");
  await reads(page, ".settings-rows", "Team");
  await page.reload();
  await reads(page, ".settings-rows", "Team");
  expect(await page.content()).not.toContain(secret.slice(0, 16));
  expect(await words(page, ".settings-rows")).toContain(`…${secret.slice(-4)}`);
});

test("language and theme are kept over a reload", async () => {
  const page = await enter();
  await visit(page, "/settings/appearance", ".settings-choice");
  await page.locator("::-p-xpath(//label[contains(., '中文')])").click();
  await reads(page, "h1", "设置");
  await page.locator("::-p-xpath(//label[contains(., '深色')])").click();
  await until(async () => expect(await isDark(page)).toBe(true));
  await page.reload();
  await reads(page, "h1", "设置");
  expect(await isDark(page)).toBe(true);
  expect(await page.evaluate(() => document.documentElement.lang)).toMatch(/^zh/);
});

function isDark(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const [red = 255] = getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? [];
    return Number(red) < 80;
  });
}

test("a changed password signs every other browser out", async () => {
  const [page, other] = [await enter(), await enter()];
  const changed = "another horse, another battery";
  await changePassword(page, ADMINISTRATOR.password, changed);
  await reads(other, "form.entrance-form", "You have been signed out.");
  await fillIn(other, { ...ADMINISTRATOR, password: changed });
  await live(other);
  await changePassword(page, changed, ADMINISTRATOR.password);
  await reads(other, "form.entrance-form", "You have been signed out.");
});

async function changePassword(page: Page, current: string, fresh: string): Promise<void> {
  await visit(page, "/settings/account", ".settings-form");
  const fields = await page.$$('.settings-form input[type="password"]');
  for (const [index, text] of [current, fresh, fresh].entries()) {
    await fields[index]?.type(text);
  }
  await press(page, "Change password");
  await until(async () => {
    const left = await page.$$eval('.settings-form input[type="password"]', (all) =>
      all.map((one) => (one as HTMLInputElement).value).join(""),
    );
    expect(left).toBe("");
  });
}

test("a browser that is signed out elsewhere says so by itself", async () => {
  const [page, other] = [await enter(), await enter()];
  await visit(page, "/settings/logins", ".settings-rows");
  for (let left = await logins(page); left > 1; left = await logins(page)) {
    const before = left;
    await page.click(".settings-rows button");
    await until(async () => expect(await logins(page)).toBeLessThan(before));
  }
  await reads(other, "form.entrance-form", "You have been signed out.");
});

function logins(page: Page): Promise<number> {
  return page.$$eval(".settings-rows li", (all) => all.length);
}
