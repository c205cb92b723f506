import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { newSession, say, startChat, startSession, turnsOver } from "./sessions";
import { enter, press, reads, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

/** Opens what it may do in detail, in the dialog that starts a session. */
async function openDetail(page: Page): Promise<void> {
  await newSession(page);
  await page.waitForSelector(".new-session");
  await page.click('.new-session .radio-card[data-value="demo"]');
  await page.click(".preset-choice + .start-more summary");
  await page.waitForSelector(".effects");
}

test("a tool that was taken away is refused, and the session says who took it", async () => {
  const page = await enter();
  await openDetail(page);
  await page
    .locator(
      "::-p-xpath(//fieldset[contains(., 'Never these tools')]//label[contains(., 'Write')])",
    )
    .click();
  await reads(page, ".effects .effect-deny + dd", "Write");
  await startSession(page, { kind: "chat", first: "/write taken.txt no" });
  await turnsOver(page, 1);
  expect(house().file("taken.txt")).toBeNull();
  expect(await page.$('.permission [data-action="allow_once"]')).toBeNull();
  await page.click(".rail-policy summary");
  const details = await words(page, ".rail-policy");
  expect(details).toContain("Write");
  expect(details).toContain("chosen for this session");
});

test("an answer once and for all holds in the next session, until it is taken back", async () => {
  const page = await enter();
  await startChat(page, "/run echo aloft > mast.txt");
  await page.waitForSelector('[data-action="always"]');
  await page.click('[data-action="always"]');
  await page.waitForSelector(".permission-always");
  await page.click('[data-action="always_allow"]');
  await turnsOver(page, 1);
  expect(house().file("mast.txt")).toBe("aloft\n");

  await startChat(page, "/run echo aloft > mast.txt");
  expect(await turnsOver(page, 1)).toEqual(["done"]);

  await visit(page, "/settings/policy", "[data-rule]");
  await reads(page, "[data-rule]", "used");
  await page.click("[data-rule] .button-danger");
  await page.waitForSelector("dialog[open]");
  await press(page, "Revoke");
  await page.waitForSelector("[data-rule]", { hidden: true });
  await startChat(page, "/run echo aloft > mast.txt");
  await page.waitForSelector('.permission [data-action="deny"]');
  await page.click('.permission [data-action="deny"]');
  await turnsOver(page, 1);
});

test("what an administrator forbids is refused in sessions that run, too", async () => {
  const page = await enter();
  const id = await startChat(page, "/say ready");
  await turnsOver(page, 1);
  await visit(page, "/settings/policy", "[data-preset]");
  await press(page, "New rule");
  await page.waitForSelector("#new-rule");
  await page.locator("::-p-xpath(//dialog//label[contains(., 'Never')])").click();
  await page.type('#new-rule input[placeholder="npm test"]', "rm -rf");
  await press(page, "Make rule");
  await page.waitForSelector("[data-rule]");
  await visit(page, `/sessions/${id}`, ".composer textarea");
  await say(page, "/run rm -rf deck");
  await until(async () => expect(await turnsOver(page, 2)).toHaveLength(2));
  expect(await page.$('.permission [data-action="allow_once"]')).toBeNull();
});

test("a preset of an administrator's own is where a session can begin", async () => {
  const page = await enter();
  await visit(page, "/settings/policy", "[data-preset]");
  await press(page, "New preset");
  await page.waitForSelector("#preset-form");
  await page.type("#preset-form input[required]", "night-shift");
  await page.select("#preset-form select", "safe-readonly");
  await press(page, "Save");
  await page.waitForSelector('[data-preset="night-shift"]');
  await newSession(page);
  await page.waitForSelector('.new-session .radio-card[data-value="night-shift"]');
  await page.click('.new-session .radio-card[data-value="night-shift"]');
  await startSession(page, { kind: "chat", first: "/write night.txt no" });
  await turnsOver(page, 1);
  expect(house().file("night.txt")).toBeNull();
  await reads(page, ".rail", "night-shift");
});
