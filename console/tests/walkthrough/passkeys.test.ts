import type { CDPSession, Page } from "puppeteer-core";
import { expect, test } from "vitest";

import {
  ADMINISTRATOR,
  enter,
  fill,
  fillIn,
  live,
  press,
  reads,
  visit,
  visitor,
  withHouse,
} from "./visitor";

const house = withHouse();

/** A device with a finger on it that this browser has, instead of one made of metal. */
async function plugIn(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.createCDPSession();
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

async function signOut(page: Page): Promise<void> {
  await page.evaluate(() => fetch("/api/auth/logout", { method: "POST" }));
}

test("a passkey is added, shown after the password, renamed and removed", async () => {
  const named = house().url.replace("127.0.0.1", "localhost");
  const numbered = await enter();
  await visit(numbered, "/settings/account", '[data-passkeys="0"]');
  await reads(numbered, ".banner", "not for addresses made of numbers");
  await reads(numbered, ".banner", `Open ${named}`);

  const page = await visitor();
  const { cdp, authenticatorId } = await plugIn(page);
  await page.goto(named);
  await fillIn(page, ADMINISTRATOR);
  await live(page);
  await visit(page, "/settings/account", '[data-passkeys="0"]');
  await press(page, "Add a passkey");
  await fill(page, '#passkey-new input[type="password"]', ADMINISTRATOR.password);
  await press(page, "Add a passkey");
  await page.waitForSelector(".recovery-codes li:nth-child(10)");
  await press(page, "I have kept them");
  await page.waitForSelector('[data-passkeys="1"]');
  await reads(page, '[data-passkeys="1"]', "never used");
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  expect(credentials.map((one) => one.rpId)).toEqual(["localhost"]);

  await signOut(page);
  await page.goto(named);
  await fillIn(page, ADMINISTRATOR);
  await press(page, "Use a passkey");
  await live(page);
  await visit(page, "/settings/account", '[data-passkeys="1"]');
  await reads(page, '[data-passkeys="1"]', "last used");

  await press(page, "Rename");
  await page.waitForSelector("#passkey-name input");
  await page.click("#passkey-name input", { count: 3 });
  await page.type("#passkey-name input", "Laptop");
  await press(page, "Save");
  await page.waitForSelector('[data-passkey="Laptop"]');

  // A second one is not made in the same device, and what is there is shown before.
  await press(page, "Add a passkey");
  await fill(page, '#passkey-new input[type="password"]', ADMINISTRATOR.password);
  await press(page, "Use a passkey");
  await reads(page, "dialog[open]", "holds a passkey of your account already");
  await press(page, "Cancel");

  await press(page, "Remove");
  await press(page, "Use a passkey");
  await page.waitForSelector('[data-passkeys="0"]');
  await signOut(page);
  await page.goto(named);
  await fillIn(page, ADMINISTRATOR);
  await live(page);
});
