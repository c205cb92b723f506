import { createHmac } from "node:crypto";

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
  words,
} from "./visitor";

const house = withHouse();

const STEP_MS = 30_000;

/** A telephone: what it was shown, and which code it gave last. */
class Authenticator {
  private last = 0;
  private readonly key: Buffer;

  constructor(secret: string) {
    const letters = [...secret.replaceAll(" ", "")].map((letter) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
    );
    const bytes = letters.join("").match(/.{8}/g) ?? [];
    this.key = Buffer.from(bytes.map((bits) => Number.parseInt(bits, 2)));
  }

  /** A code that was not given yet: the present one, or once the one after it, which counts already. */
  code(): string {
    this.last = Math.max(Math.floor(Date.now() / STEP_MS), this.last + 1);
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.last));
    // RFC 4226 §5.3.
    const tag = createHmac("sha1", this.key).update(counter).digest();
    const offset = (tag.at(-1) ?? 0) & 0xf;
    return String((tag.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }
}

test("an authenticator is set up, asked for at the next sign-in, and lost", async () => {
  const page = await enter();
  await visit(page, "/settings/account", '[data-second-factor="off"]');
  await press(page, "Set up");
  await fill(page, "#second-factor-owner input", ADMINISTRATOR.password);
  await press(page, "Continue");
  const shown = await page.waitForSelector("#second-factor-proof .copy-line code");
  const authenticator = new Authenticator((await shown?.evaluate((it) => it.textContent)) ?? "");
  await page.waitForSelector(".qr-modules");
  await fill(page, "#second-factor-proof input", authenticator.code());
  await press(page, "Switch on");
  await page.waitForSelector(".recovery-codes li:nth-child(10)");
  const recovery = await page.$$eval(".recovery-codes li", (all) =>
    all.map((one) => one.textContent ?? ""),
  );
  await press(page, "I have kept them");
  await page.waitForSelector('[data-second-factor="on"]');

  const other = await visitor();
  await other.goto(house().url);
  await fillIn(other, ADMINISTRATOR);
  await fill(other, 'input[autocomplete="one-time-code"]', authenticator.code());
  await other.click('form.entrance-form button[type="submit"]');
  await live(other);

  // Without the telephone, with capitals and hyphens forgotten.
  const third = await visitor({ isPhone: true });
  await third.goto(house().url);
  await fillIn(third, ADMINISTRATOR);
  const typed = recovery[0]?.toLowerCase().replaceAll("-", " ") ?? "";
  await fill(third, 'input[autocomplete="one-time-code"]', typed);
  await third.click('form.entrance-form button[type="submit"]');
  await visit(third, "/settings/account", '[data-second-factor="on"]');
  await reads(third, "[data-recovery-codes]", "9 recovery codes");
  expect(await words(third)).not.toContain(recovery[0]);

  await press(third, "Switch off");
  await fill(third, "#second-factor-off input", recovery[1] ?? "");
  await press(third, "Switch off");
  await third.waitForSelector('[data-second-factor="off"]');
});
