import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ElementHandle, Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, press, sessionNamed, until, visit, withBrowser, words } from "./house";

withBrowser();

const ONE = "Explain the retry logic in the link";

/** Opens the menu of the row with this title. */
async function menu(page: Page, title: string): Promise<void> {
  const row = `//li[contains(@class, "session-list-row")][contains(., "${title}")]`;
  await page.locator(`::-p-xpath(${row}//span[contains(@class, "menu-place")]/button)`).click();
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

function titles(page: Page): Promise<string[]> {
  return page.$$eval(".session-list-row .session-row-title", (all) =>
    all.map((one) => one.textContent ?? ""),
  );
}

test("sessions are found by words of their titles and tags, and by a tag", async () => {
  const { page } = await enter();
  await visit(page, "/sessions", ".session-list-row");
  await page.type(".session-search", "release 1.2 time");
  await until(async () =>
    expect(await titles(page)).toEqual(["Read the time limit from the configuration"]),
  );
  await page.$eval(".session-search", (field) => (field as HTMLInputElement).select());
  await page.keyboard.press("Backspace");
  await page
    .locator("::-p-xpath(//button[contains(@class, 'tag-offer')][.='release 1.2'])")
    .click();
  await until(async () =>
    expect(await titles(page)).toEqual([
      "Read the time limit from the configuration",
      "Draft the release notes",
    ]),
  );
});

/** S28: what was found is text, whatever it says. */
test("what was said is found, shown as text, and opened in its place", async () => {
  const { page, mock } = await enter();
  const id = sessionNamed(mock, ONE);
  const prompt = (turn: string, text: string) => {
    const common = { kind: "turn", turn_id: turn, author: "Ada", origin: { kind: "prompt" } };
    const content = [{ kind: "text", text }];
    const message = { kind: "user_message", message_id: turn, turn_id: turn, author: "Ada" };
    mock.world.append(id, { ...message, content });
    mock.world.append(id, { ...common, state: "running" });
    mock.world.append(id, { ...common, state: "done" });
  };
  prompt("wanted", 'Reeve the <img src=x onerror="document.title=1"> HALYARD, 请修复');
  for (let index = 0; index < 60; index++) {
    prompt(`filler-${index}`, `A line that is long enough to scroll, number ${index}`);
  }
  await visit(page, "/sessions", ".session-list-row");
  await page.type(".session-search", "halyard");
  await page.waitForSelector(".said button");
  await page.locator(".said button").click();
  await page.waitForSelector(".said-place");
  expect(await words(page, ".said-place mark")).toBe("HALYARD");
  expect(await words(page, ".said-text")).toContain('<img src=x onerror="document.title=1">');
  expect(await page.$(".said img")).toBeNull();
  expect(await words(page, ".said")).toMatch(
    /Not searched: \d+ transcripts? on .+\. It is offline\./,
  );

  await page.locator(".said-place").click();
  await page.waitForFunction(() => {
    const line = document.activeElement;
    const { top, bottom } = line?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    return line?.matches('[data-line="mwanted"]') && bottom > 0 && top < window.innerHeight;
  });
  expect(page.url()).toContain(`/sessions/${id}`);
});

test("a session gets another name and tags where it is listed", async () => {
  const { page, mock } = await enter();
  const id = sessionNamed(mock, ONE);
  await visit(page, "/sessions", ".session-list-row");
  await menu(page, ONE);
  await press(page, "Rename");
  await page.waitForSelector("#rename-session");
  await page.$eval("#rename-session input", (field) => (field as HTMLInputElement).select());
  await page.keyboard.type("Retries");
  await page.keyboard.press("Enter");
  await until(async () => expect(await titles(page)).toContain("Retries"));

  await menu(page, "Retries");
  await press(page, "Tags");
  await page.type("#tag-session input", "link, network,");
  await page.waitForSelector(".tag-own");
  await page.keyboard.type("docs");
  await page.keyboard.press("Enter");
  await until(async () =>
    expect(mock.world.sessions.get(id)?.tags).toEqual(["link", "network", "docs"]),
  );
  expect(await words(page, ".session-rows")).toContain("network");
});

test("what is archived is in no list but the archive, and comes back", async () => {
  const { page } = await enter();
  await visit(page, "/sessions", ".session-list-row");
  await menu(page, ONE);
  await press(page, "Archive");
  await until(async () => expect(await titles(page)).not.toContain(ONE));
  expect(await words(page, ".frame-side")).not.toContain(ONE);

  await page.locator("::-p-xpath(//label[contains(., 'Archived')])").click();
  await until(async () => expect(await titles(page)).toContain(ONE));
  await menu(page, ONE);
  await press(page, "Take out of the archive");
  await until(async () => expect(await words(page, ".frame-side")).toContain(ONE));
});

test("a session is deleted after a question", async () => {
  const { page, mock } = await enter();
  const id = sessionNamed(mock, ONE);
  await visit(page, "/sessions", ".session-list-row");
  await menu(page, ONE);
  await press(page, "Delete session");
  await page.waitForSelector("dialog[open]");
  expect(mock.world.sessions.has(id)).toBe(true);
  await press(page, "Delete session");
  await until(async () => expect(mock.world.sessions.has(id)).toBe(false));
  await until(async () => expect(await titles(page)).not.toContain(ONE));
});

test("a session is taken away as a file, and brought back from it", async () => {
  const { page, mock } = await enter();
  const place = mkdtempSync(join(tmpdir(), "gantline-console-"));
  const devtools = await page.createCDPSession();
  await devtools.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    downloadPath: place,
    browserContextId: page.browserContext().id,
  });
  try {
    await visit(page, "/sessions", ".session-list-row");
    await menu(page, ONE);
    await press(page, "Export as JSON");
    await until(async () => expect(readdirSync(place)).toEqual(["session.json"]));
    const file = join(place, "session.json");
    await until(async () =>
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ session: { title: ONE } }),
    );
    const before = mock.world.sessions.size;
    await upload(page, file);
    await until(async () => expect(mock.world.sessions.size).toBe(before + 1));
    await until(async () => expect(await words(page, ".chat-ended")).toContain("was imported"));

    await visit(page, "/sessions", ".session-list-row");
    const wrong = join(place, "wrong.json");
    writeFileSync(wrong, "no JSON");
    await upload(page, wrong);
    await until(async () =>
      expect(await words(page, "#import-session")).toContain("no JSON export of a session"),
    );
    expect(mock.world.sessions.size).toBe(before + 1);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test("a transcript on a machine that is offline is told to be out of reach", async () => {
  const { page } = await enter();
  await visit(page, "/sessions", ".session-list-row");
  await menu(page, "Sweep the learning rate");
  await press(page, "Export as Markdown");
  await until(async () => expect(await words(page, ".toasts")).toContain("offline"));
});

test("a session is shared from its menu, and taken back", async () => {
  const { page, problems } = await enter();
  await visit(page, "/sessions", ".session-list-row");
  await menu(page, ONE);
  await press(page, "Share…");
  await until(async () => expect(await words(page, ".share")).toContain("shared with nobody"));
  await page.type(".share form input", "grace");
  await page.select(".share form select", "drive");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".share .settings-rows li");
  expect(await words(page, ".share .settings-rows")).toContain("Grace Hopper");
  expect(await words(page, ".share .settings-rows")).toContain("Drive");
  await page.type(".share form input", "nobody");
  await press(page, "Share");
  await until(async () => expect(await words(page, ".share form")).toContain("not found"));
  await press(page, "Take back");
  await until(async () => expect(await words(page, ".share")).toContain("shared with nobody"));
  expect(problems.filter((problem) => !problem.includes("404"))).toEqual([]);
});
