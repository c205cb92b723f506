import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { answers, say, startChat, turnsOver } from "./sessions";
import { enter, press, reads, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

const CARD = '.permission[data-state="pending"]';

test("what is allowed is done: the file is there, and the change is shown", async () => {
  const page = await enter();
  await startChat(page, "/write notes.txt hello");
  await page.waitForSelector(`${CARD} .permission-answers`);
  await page.waitForSelector(`${CARD} .diff-add`);
  expect(await words(page, `${CARD} .diff-add`)).toContain("hello");
  expect(house().file("notes.txt"), "nothing happens before the answer").toBeNull();

  await page.click(`${CARD} [data-action="allow_once"]`);
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("notes.txt")).toBe("hello");
  await page.click(".tool .tool-row");
  await page.waitForSelector(".tool-body .diff-add");
  expect(await words(page, ".tool-body .diff-add")).toContain("hello");
  await page.waitForSelector('.tool[data-status="completed"]');
});

test("what is denied is not done, and the agent hears why", async () => {
  writeFileSync(join(house().workspace, "mine.txt"), "mine");
  const page = await enter();
  await startChat(page);
  await say(page, "/write mine.txt yours");
  await page.waitForSelector(`${CARD} .diff-add`);
  expect(await words(page, `${CARD} .diff-del`)).toContain("mine");
  await page.click(`${CARD} [data-action="deny_with_note"]`);
  await page.type(".permission textarea", "/say another file then");
  await page.click('[data-action="send_denial"]');

  // The note goes to the agent as a message of its own, which the scripted agent follows.
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  expect(house().file("mine.txt")).toBe("mine");
  const said = await answers(page);
  expect(said).toContain("I was not allowed to");
  expect(said).toContain("another file then");
  await reads(page, ".line-no", "Denied");
});

test("a question is answered in the inbox", async () => {
  const page = await enter();
  await startChat(page, "/write inbox.txt hello");
  await page.waitForSelector(CARD);
  await visit(page, "/inbox", `${CARD} .diff-add`);
  await page.click(`${CARD} [data-action="allow_once"]`);
  await until(() => expect(house().file("inbox.txt")).toBe("hello"));
  await page.waitForSelector('.permission[data-state="resolved"] .permission-steps');
  await page.goBack();
  expect(await turnsOver(page, 1)).toEqual(["done"]);
});

test("what is allowed for the session is not asked again in it, and in another it is", async () => {
  const page = await enter();
  await startChat(page, "/write one.txt 1");
  await page.waitForSelector(CARD);
  await page.click(`${CARD} [data-action="allow_session"]`);
  await turnsOver(page, 1);
  await say(page, "/write two.txt 2");
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  expect(house().file("two.txt")).toBe("2");
  await startChat(page, "/write three.txt 3");
  await page.waitForSelector(CARD);
  expect(house().file("three.txt")).toBeNull();
  await page.click(`${CARD} [data-action="deny"]`);
  await turnsOver(page, 1);
});

test("of two browsers one answers, and both show it", async () => {
  const [one, other] = [await enter(), await enter()];
  const id = await startChat(one, "/write both.txt hello");
  await one.waitForSelector(CARD);
  await visit(other, `/sessions/${id}`, CARD);
  const inbox = await enter();
  await visit(inbox, "/inbox", CARD);

  await other.click(`${CARD} [data-action="allow_once"]`);
  for (const page of [one, other]) {
    expect(await turnsOver(page, 1)).toEqual(["done"]);
    await reads(page, ".line-yes", "Allowed once");
    expect(await page.$(CARD)).toBeNull();
  }
  await inbox.waitForSelector('.permission[data-state="resolved"]');
  expect(house().file("both.txt")).toBe("hello");
});

test("stopping the turn takes its question back", async () => {
  const page = await enter();
  await startChat(page, "/write never.txt hello");
  await page.waitForSelector(CARD);
  await press(page, "Stop");
  expect(await turnsOver(page, 1)).toEqual(["cancelled"]);
  await page.waitForSelector(CARD, { hidden: true });
  expect(house().file("never.txt")).toBeNull();
});
