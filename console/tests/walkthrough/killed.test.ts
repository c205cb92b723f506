import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { answers, endings, say, startChat, startTerminal, turnsOver } from "./sessions";
import { enter, live, reads, withHouse, words } from "./visitor";

const house = withHouse();

/** R01, R05: nothing that was shown is lost or shown twice, nobody has to reload, and the agent works on. */
test("a turn works on while the server is killed, and the page goes on with it", async () => {
  const page = await enter();
  await startChat(page, "/say first words\n/slow 120 50ms");
  await reads(page, ".agent-line", "first words");
  await reads(page, ".agent-line", "12 13 14");
  await house().kill();
  await page.waitForSelector('[data-connection="reconnecting"]');
  await page.waitForSelector(".connection-strip");
  await house().start();
  await live(page);
  await page.waitForSelector(".connection-strip", { hidden: true });

  expect(await turnsOver(page, 1)).toEqual(["done"]);
  const said = await answers(page);
  expect(said.split("first words")).toHaveLength(2);
  expect(countTo(said)).toBe(120);
  expect(await page.$$(".user-line")).toHaveLength(1);

  await say(page, "/say back again");
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  await page.reload();
  await reads(page, ".agent-line", "back again");
  expect(await endings(page)).toEqual(["done", "done"]);
  expect(await answers(page)).toContain(said.trim().slice(0, 60));
});

/** How far it was counted, each number once and in order. */
function countTo(said: string): number {
  const counted = /1 2 3 [\d ]*/.exec(said)?.[0].trim().split(" ").map(Number) ?? [];
  expect(counted).toEqual(counted.map((_, index) => index + 1));
  return counted.length;
}

/** R05: the question is the agent's, and the agent has not noticed. */
test("a question waits while the server is killed, and its answer arrives", async () => {
  const page = await enter();
  await startChat(page, "/write notes.txt hello");
  await page.waitForSelector('.permission[data-state="pending"]');
  await house().kill();
  await page.waitForSelector('[data-connection="reconnecting"]');
  await house().start();
  await live(page);
  expect(house().file("notes.txt")).toBeNull();
  await page.click('.permission[data-state="pending"] [data-action="allow_once"]');
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("notes.txt")).toBe("hello");

  await say(page, "/say here again");
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
});

test("what is written while the server is away is sent when it is back, once", async () => {
  const page = await enter();
  await startChat(page, "/say hello");
  await turnsOver(page, 1);
  await house().kill();
  await page.waitForSelector('[data-connection="reconnecting"]');
  await say(page, "/append once.txt line");
  await house().start();
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  expect(house().file("once.txt")).toBe("line\n");
  expect(await page.$$(".user-line")).toHaveLength(2);
});

/** R05: what holds the terminal is neither the server nor its daemon. */
test("a terminal outlives a server that is killed, and the page goes on with it", async () => {
  const page = await enter();
  await startTerminal(page);
  await page.keyboard.type("echo before-$((40 + 2)) $$\n");
  await reads(page, ".xterm-rows", "before-42");
  await house().kill();
  await page.waitForSelector("[data-cut]");
  await house().start();
  await page.waitForSelector("[data-cut]", { hidden: true });
  await live(page);

  await page.keyboard.type("echo after-$((40 + 2)) $$\n");
  await reads(page, ".xterm-rows", "after-42");
  await isThereOnce(page);
  await page.reload();
  await reads(page, ".xterm-rows", "after-42");
  await isThereOnce(page);
  await page.click(".xterm-screen");
  await page.keyboard.type("exit\n");
  await page.waitForSelector("[data-ended]");
});

/** Both lines are there once, and the same shell has said them. */
async function isThereOnce(page: Page): Promise<void> {
  const shown = await words(page, ".xterm-rows");
  const shells = ["before", "after"].map((word) => shown.split(new RegExp(`${word}-42\\s(\\d+)`)));
  expect(shells.map((pieces) => pieces.length)).toEqual([3, 3]);
  expect(shells[0]?.[1]).toBe(shells[1]?.[1]);
}

test("a server that stops says so to its pages, and leaves nobody behind", async () => {
  const page = await enter();
  await startChat(page, "/slow 2000 50ms");
  await reads(page, ".agent-line", "1 2 3");
  expect(await house().interrupt()).toBe(0);
  await page.waitForSelector(".connection-strip");
  expect(house().processes()).toEqual([]);
  await house().start();
  await live(page);
  // The agent was stopped with the server: that is an end, and it is told.
  expect(await turnsOver(page, 1)).not.toContain("done");
});
