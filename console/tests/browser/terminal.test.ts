import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, openSession, until, withBrowser } from "./house";

withBrowser();

/** What stands on the screen of the terminal, from its first line to its last. */
function screen(page: Page): Promise<string[]> {
  return page.$$eval(".xterm-rows > div", (rows) =>
    rows.map((row) => (row.textContent ?? "").replaceAll("\u00a0", " ").trimEnd()),
  );
}

/** The lines that are nothing but a number. */
async function numbers(page: Page): Promise<number[]> {
  const lines = await screen(page);
  return lines.filter((line) => /^\d+$/.test(line)).map(Number);
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

test("what is typed is echoed, whatever its letters", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, "shell", ".keyboard-yours");
  await page.keyboard.type("echo héllo 中文 🙂\n");
  await until(async () => expect(await screen(page)).toContain("héllo 中文 🙂"));
  expect(house.problems).toEqual([]);
});

test("a reload in the middle of output loses nothing and doubles nothing", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, "shell", ".keyboard-yours");
  await page.keyboard.type("slow 20\n");
  await until(async () => expect((await numbers(page)).length).toBeGreaterThan(3));
  await page.reload();
  await page.waitForSelector(".keyboard-yours");
  await until(async () => expect(await numbers(page)).toEqual(upTo(20)));
});

test("a cut line is resumed where it broke, and what was typed meanwhile arrives once", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await openSession(house, "shell", ".keyboard-yours");
  await page.keyboard.type("slow 12\n");
  await until(async () => expect((await numbers(page)).length).toBeGreaterThan(3));
  mock.setDown(true);
  mock.cut();
  await page.waitForSelector("[data-cut]");
  await page.keyboard.type("echo once");
  await page.waitForSelector("[data-cut] .button-ghost");
  mock.setDown(false);
  await page.waitForSelector("[data-cut]", { hidden: true });
  await page.keyboard.type("\n");
  await until(async () => expect(await screen(page)).toContain("once"));
  expect(await numbers(page)).toEqual(upTo(12));
  expect(mock.shell(id).output.toString().split("echo once")).toHaveLength(2);
});

test("the program gets the size of the window before it draws", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await openSession(house, "shell", ".keyboard-yours");
  await until(async () => expect(mock.shell(id).columns).toBeGreaterThan(100));
  const wide = mock.shell(id).columns;
  await page.setViewport({ width: 900, height: 700 });
  await until(async () => expect(mock.shell(id).columns).toBeLessThan(wide));
});

/** A program writes to the clipboard only with consent. */
test("a program that wants the clipboard is asked about", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, "shell", ".keyboard-yours");
  await until(async () => {
    // What a program wanted before anybody looked is not asked about.
    await page.keyboard.type("osc52\n");
    await page.waitForSelector("dialog[open]", { timeout: 500 });
  });
  expect(await page.$eval("dialog[open]", (dialog) => dialog.textContent)).toContain("gotcha");
});

/** S108: several lines are not run by a paste alone. */
test("several pasted lines are asked about, and nothing runs before", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await openSession(house, "shell", ".keyboard-yours");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "echo one\necho two\n");
    document
      .querySelector(".xterm-helper-textarea")
      ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  });
  await page.waitForSelector("dialog[open]");
  expect(mock.shell(id).output.toString()).not.toContain("echo one");
});

test("the name that a program gives itself stands behind the session's own", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, "shell", ".keyboard-yours");
  await page.keyboard.type("title Sign in to your bank\n");
  await until(async () => expect(await page.title()).toContain("shell: Sign in to your bank"));
});
