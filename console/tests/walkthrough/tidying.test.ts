import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ElementHandle, Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { startChat, turnsOver } from "./sessions";
import { enter, press, reads, until, visit, withHouse, words } from "./visitor";

withHouse();

/** Opens the menu of a session in the list. */
async function menu(page: Page, id: string): Promise<void> {
  await page.locator(`.session-row[data-session-id="${id}"] ~ .menu-place button`).click();
  await page.waitForSelector(".menu");
}

/** Chooses a file to be imported, and sends it. */
async function upload(page: Page, path: string): Promise<void> {
  const input = (await page.waitForSelector(
    "input[data-import]",
  )) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
  await page.waitForSelector("#import-session");
  await page.locator('button[form="import-session"]').click();
}

async function list(page: Page): Promise<void> {
  await visit(page, "/sessions", ".session-list-row");
}

test("a session gets a name and tags, is found by them, put away and taken back", async () => {
  const page = await enter();
  const id = await startChat(page, "/say ready");
  await turnsOver(page, 1);
  await list(page);
  await menu(page, id);
  await press(page, "Rename");
  await page.waitForSelector("#rename-session");
  await page.$eval("#rename-session input", (field) => (field as HTMLInputElement).select());
  await page.keyboard.type("The rigging");
  await page.keyboard.press("Enter");
  await reads(page, ".session-row-title", "The rigging");

  await menu(page, id);
  await press(page, "Tags");
  await page.waitForSelector("#tag-session");
  await page.type("#tag-session input", "mast, sails");
  await page.keyboard.press("Enter");
  await reads(page, ".session-rows .tag", "sails");

  await startChat(page, "/say another");
  await turnsOver(page, 1);
  await list(page);
  await page.type(".session-search", "the RIGGING");
  await until(async () => {
    const shown = await page.$$eval(".session-list-row .session-row", (all) =>
      all.map((one) => one.getAttribute("data-session-id")),
    );
    expect(shown).toEqual([id]);
  });

  await menu(page, id);
  await press(page, "Archive");
  await page.waitForSelector(`.session-list-row [data-session-id="${id}"]`, { hidden: true });
  await page.reload();
  await page.waitForSelector(".session-tools");
  expect(await words(page, ".frame-side")).not.toContain("The rigging");
  await page.locator("::-p-xpath(//label[contains(., 'Archived')])").click();
  await reads(page, ".session-row-title", "The rigging");
  await menu(page, id);
  await press(page, "Take out of the archive");
  await reads(page, ".frame-side", "The rigging");
});

test("a session is written down as Markdown and JSON, and read again from it", async () => {
  const page = await enter();
  const id = await startChat(page, "/say belay the halyard");
  await turnsOver(page, 1);
  const place = mkdtempSync(join(tmpdir(), "gantline-exports-"));
  try {
    const devtools = await page.createCDPSession();
    await devtools.send("Browser.setDownloadBehavior", {
      behavior: "allow",
      downloadPath: place,
      browserContextId: page.browserContext().id,
    });
    const saved = async (label: string, ending: string): Promise<string> => {
      await list(page);
      await menu(page, id);
      await press(page, label);
      let text = "";
      await until(() => {
        const file = readdirSync(place).find((name) => name.endsWith(ending));
        text = file ? readFileSync(join(place, file), "utf8") : "";
        expect(text).toContain("belay the halyard");
      });
      return text;
    };
    await saved("Export as Markdown", ".md");
    expect(JSON.parse(await saved("Export as JSON", ".json"))).toHaveProperty("session");

    const file = readdirSync(place).find((name) => name.endsWith(".json")) ?? "";
    await list(page);
    await upload(page, join(place, file));
    await reads(page, ".chat-ended", "was imported");
    await reads(page, ".agent-line", "belay the halyard");
    expect(new URL(page.url()).pathname).not.toContain(id);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
