import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ElementHandle, Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, openSession, press, until, withBrowser, words } from "./house";

withBrowser();

const ONE = "Read the time limit from the configuration";

async function openFiles(options: Parameters<typeof enter>[0] = {}) {
  const house = await enter(options);
  await openSession(house, ONE, ".session-part");
  await house.page.locator("::-p-xpath(//a[contains(@class, 'session-part')][3])").click();
  await house.page.waitForSelector(".files-row");
  return house;
}

async function choose(page: Page, name: string): Promise<void> {
  await page.locator(`[data-file="${name}"]`).click();
}

test("one goes down into a directory, looks at a file, and comes back", async () => {
  const { page, problems } = await openFiles();
  const names = await page.$$eval(".files-row .files-name", (all) =>
    all.map((one) => one.textContent),
  );
  expect(names.slice(0, 2)).toEqual(["docs", "src"]);
  await choose(page, "src");
  await choose(page, "main.rs");
  await until(async () => expect(await words(page, ".file")).toContain("How long a request"));
  const link = await page.$eval(".file a[download]", (one) => one.getAttribute("href"));
  expect(link).toMatch(/\/files\/content\?path=src%2Fmain.rs$/);
  await page.reload();
  await page.waitForSelector(".files-row");
  expect(new URL(page.url()).pathname).toMatch(/\/files$/);
  await page.goBack();
  await page.waitForSelector(".chat");
  expect(problems).toEqual([]);
});

test("a picture is drawn, a page is text, and bytes are only fetched", async () => {
  const { page, problems } = await openFiles();
  await choose(page, "logo.png");
  const picture = await page.waitForSelector(".file-picture");
  expect(await picture?.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(2);
  await choose(page, "page.html");
  await until(async () => expect(await words(page, ".file")).toContain("<script>"));
  expect(await page.title()).not.toContain("taken");
  await choose(page, "limits.bin");
  await until(async () => expect(await words(page, ".file")).toContain("This file is not shown"));
  expect(problems).toEqual([]);
});

test("a file is put there, and replaces another one only when that is wanted", async () => {
  const { page } = await openFiles();
  const directory = mkdtempSync(join(tmpdir(), "files-"));
  try {
    const path = join(directory, "Cargo.toml");
    writeFileSync(path, "[workspace]\n");
    const input = (await page.waitForSelector(
      "input[data-upload]",
    )) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
    await until(async () => expect(await words(page, ".files-uploads")).toContain("of that name"));
    await press(page, "Replace");
    await until(async () => expect(await page.$(".files-uploads")).toBeNull());
    await choose(page, "Cargo.toml");
    await until(async () => expect(await words(page, ".file")).toContain("[workspace]"));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a folder is made, and opens empty", async () => {
  const { page } = await openFiles();
  await page.locator('button[aria-label="New folder"]').click();
  await page.waitForSelector("#new-directory");
  await page.keyboard.type("数据");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-file="数据"]');
  await choose(page, "数据");
  await until(async () => expect(await words(page, ".files-list")).toContain("nothing in here"));
});

test("on a phone the file takes the place of the folder", async () => {
  const { page } = await openFiles({ isPhone: true, language: "zh" });
  await choose(page, "src");
  await choose(page, "main.rs");
  await page.waitForSelector(".file .code-block");
  expect(await page.$eval(".files-list", (one) => getComputedStyle(one).display)).toBe("none");
  const overflow = () => document.documentElement.scrollWidth - innerWidth;
  expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
  await page.locator(".file-back button").click();
  await page.waitForSelector('[data-file="main.rs"]', { visible: true });
});
