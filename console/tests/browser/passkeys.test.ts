import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { CODE, passkey } from "../../mock/second-factor";
import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const HERE = "gantline.example.com";

/** What the browser answers when it is asked for a passkey: an error by its name, or a signature. */
async function answers(page: Page, answer: string): Promise<void> {
  await page.evaluate((how) => {
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    const signed = {
      rawId: bytes,
      response: { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes },
    };
    const get = () =>
      how === "signed" ? Promise.resolve(signed) : Promise.reject(new DOMException("no", how));
    Object.defineProperty(navigator.credentials, "get", { value: get, configurable: true });
  }, answer);
}

async function halfway(page: Page, username: string, password: string): Promise<void> {
  await page.waitForSelector('input[autocomplete="username"]');
  await page.type('input[autocomplete="username"]', username);
  await page.type('input[type="password"]', password);
  await page.click('form.entrance-form button[type="submit"]');
}

test("what the browser says of a passkey is told in words, and a code works beside it", async () => {
  const { page, mock } = await enter();
  mock.world.passkeys.passkeys = [passkey("Laptop", HERE, 2), passkey("Old", "old.example.com")];
  await visit(page, "/settings/account", '[data-passkeys="2"]');
  expect(await words(page, '[data-passkey="Old"]')).toContain("for old.example.com");
  await page.click('[data-passkey="Laptop"] .button-danger');
  await page.waitForSelector("#passkey-gone");
  for (const [name, told] of [
    ["NotAllowedError", "prompt was cancelled, or it took too long"],
    ["SecurityError", "not at the address"],
    ["NotSupportedError", "cannot hold such a passkey"],
  ] as const) {
    await answers(page, name);
    await press(page, "Use a passkey");
    await until(async () => expect(await words(page, "dialog[open]")).toContain(told));
  }
  await answers(page, "signed");
  await press(page, "Use a passkey");
  await page.waitForSelector('[data-passkeys="1"]');
});

test("a passkey is shown after the password, or a recovery code typed", async () => {
  const { page, mock } = await enter({ isSignedOut: true });
  mock.world.passkeys.passkeys = [passkey("Laptop", HERE)];
  await page.goto(mock.url);
  await halfway(page, mock.world.user.username, mock.world.password);
  await page.waitForSelector(".entrance-or");
  expect(await words(page, "form")).toContain("Recovery code");
  // The key that is pressed next is for the passkey.
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await until(async () => expect(await focused()).toContain("Use a passkey"));
  await answers(page, "NotAllowedError");
  await press(page, "Use a passkey");
  await until(async () => expect(await words(page, "form")).toContain("Try again"));
  await answers(page, "signed");
  await press(page, "Use a passkey");
  await page.waitForSelector('[data-connection="live"]');
});

test("where everybody must have a second factor, a passkey is added on the way in", async () => {
  const { page, mock } = await enter({ isSignedOut: true });
  mock.world.secondFactor.demand = "required";
  await page.goto(mock.url);
  await halfway(page, mock.world.user.username, mock.world.password);
  await page.waitForSelector(".qr-modules");
  await page.evaluate(() => {
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    const made = { rawId: bytes, response: { clientDataJSON: bytes, attestationObject: bytes } };
    const create = () => Promise.resolve(made);
    Object.defineProperty(navigator.credentials, "create", { value: create });
  });
  await press(page, "Add a passkey");
  await page.waitForSelector(".recovery-codes li:nth-child(10)");
  await press(page, "I have kept them");
  await page.waitForSelector('[data-connection="live"]');
  expect(mock.world.passkeys.passkeys).toHaveLength(1);
});

test("a browser that knows no passkeys says so, in the language that is spoken", async () => {
  const { page, mock } = await enter({ isSignedOut: true, language: "zh", isPhone: true });
  mock.world.passkeys.passkeys = [passkey("Laptop", HERE)];
  await page.evaluateOnNewDocument(() => {
    Reflect.deleteProperty(window, "PublicKeyCredential");
  });
  await page.goto(mock.url);
  await halfway(page, mock.world.user.username, mock.world.password);
  await page.waitForSelector('input[autocomplete="one-time-code"]');
  expect(await words(page, "form")).toContain("此浏览器不支持通行密钥");
  expect(await words(page, "form")).not.toContain("使用通行密钥");
  await page.type('input[autocomplete="one-time-code"]', CODE);
  await page.click('form button[type="submit"]');
  await page.waitForSelector('[data-connection="live"]', { visible: false });
  await visit(page, "/settings/account", '[data-passkeys="1"]');
  expect(await words(page)).toContain("此浏览器不支持通行密钥");
});
