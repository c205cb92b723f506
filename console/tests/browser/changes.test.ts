import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, openSession, press, until, withBrowser, words } from "./house";

withBrowser();

const ONE = "Read the time limit from the configuration";

async function openChanges(options: Parameters<typeof enter>[0] = {}) {
  const house = await enter(options);
  const id = await openSession(house, ONE, ".session-part");
  await house.page.locator("::-p-xpath(//a[contains(@class, 'session-part')][2])").click();
  await house.page.waitForSelector(".changes-row");
  return { ...house, id };
}

async function choose(page: Page, path: string): Promise<void> {
  await page.locator(`[data-change="${path}"]`).click();
}

/** Says something about a line, or about those from the one that was pressed last. */
async function comment(page: Page, line: number, text: string): Promise<void> {
  await page.locator(`[data-line="${line}"]`).click();
  await page.waitForSelector(".changes-form textarea:focus");
  await page.keyboard.type(text);
  await page.locator(".changes-form [type=submit]").click();
  await until(async () => expect(await words(page, ".changes-table")).toContain(text));
}

test("one sees which files differ, and what in each of them", async () => {
  const { page, problems } = await openChanges();
  const paths = await page.$$eval("[data-change]", (all) =>
    all.map((one) => one.getAttribute("data-change")),
  );
  expect(paths).toContain("docs/用户指南.md");
  await choose(page, "src/main.rs");
  await until(async () => expect(await words(page, ".changes-table")).toContain("unwrap_or"));
  const numbers = await page.$$eval(".changes-table .diff-add .diff-number", (all) =>
    all.map((one) => one.textContent),
  );
  expect(numbers.filter(Boolean).slice(0, 2)).toEqual(["6", "7"]);
  await choose(page, "assets/logo.png");
  await until(async () => expect(await words(page, ".file")).toContain("no text"));
  await page.locator(".changes-commits summary").click();
  await until(async () => expect(await words(page, ".changes-log")).toContain("Serve requests"));
  expect(problems).toEqual([]);
});

test("comments are kept, changed, and sent as one prompt that was looked at", async () => {
  const { page, mock, id } = await openChanges();
  await choose(page, "src/main.rs");
  await page.waitForSelector('[data-line="4"]');
  await comment(page, 4, "Say which text it was.");
  await comment(page, 1, "Who calls the old one?");
  await page.reload();
  await page.waitForSelector(".changes-row");
  await until(async () => expect(await words(page, ".changes-foot")).toContain("2 comments"));
  await choose(page, "src/main.rs");
  await page.waitForSelector(".changes-comment");
  await page.locator('.changes-comment [aria-label="Remove comment"]').click();
  await until(async () => expect(await words(page, ".changes-foot")).toContain("1 comment"));
  await page.locator('.changes-comment [aria-label="Edit comment"]').click();
  await page.waitForSelector(".changes-form textarea:focus");
  await page.keyboard.press("End");
  await page.keyboard.type(" Please!");
  await page.locator(".changes-form [type=submit]").click();
  await page.waitForSelector(".changes-comment");
  await press(page, "Send 1 comment");
  const prompt = await page.waitForSelector(".changes-prompt");
  expect(await prompt?.evaluate((one) => (one as HTMLTextAreaElement).value)).toBe(
    "Please look at these comments on your changes:\n\n" +
      "1. src/main.rs:7\n> +     let seconds: u64 = text.trim().parse()?;\n" +
      "Say which text it was. Please!",
  );
  await page.locator("::-p-xpath(//dialog[@open]//button[normalize-space()='Send'])").click();
  await page.waitForSelector(".chat");
  expect(new URL(page.url()).pathname).toBe(`/sessions/${id}`);
  await until(async () => {
    const turns = [...mock.world.turns.values()].filter((turn) => turn.session_id === id);
    expect(turns.length).toBeGreaterThan(0);
    expect(await words(page, ".chat")).toContain("Say which text it was.");
  });
  await page.goBack();
  await page.waitForSelector(".changes-row");
  expect(await page.$(".changes-foot")).toBeNull();
});

test("with the keyboard alone several lines are chosen and commented on", async () => {
  const { page } = await openChanges();
  await choose(page, "src/main.rs");
  await page.waitForSelector('[data-line="3"]');
  await page.focus('[data-line="0"]');
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"] as const) {
    await page.keyboard.press(key);
  }
  await page.keyboard.down("Shift");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.up("Shift");
  await until(async () => expect(await page.$$eval(".changes-held", (all) => all.length)).toBe(3));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".changes-form textarea:focus");
  await page.keyboard.type("Is this right?");
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await page.waitForSelector(".changes-comment");
  await press(page, "Send 1 comment");
  await page.waitForSelector(".changes-prompt");
  const prompt = await page.$eval(".changes-prompt", (one) => (one as HTMLTextAreaElement).value);
  expect(prompt).toContain("1. src/main.rs:6-8\n> + pub fn time_limit");
});

test("what an agent does shows by itself, and a comment whose line went is marked", async () => {
  const { page, mock, id } = await openChanges();
  await choose(page, "src/main.rs");
  await page.waitForSelector('[data-line="4"]');
  await comment(page, 4, "Say which text it was.");
  await comment(page, 5, "Fine.");
  mock.world.hasEdited = true;
  // A prompt from elsewhere; its turn ends, and nobody touches the page.
  await page.evaluate(async (session) => {
    await fetch(`/api/sessions/${session}/prompt`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "another-window" },
      body: JSON.stringify({ content: [{ type: "text", text: "hello" }] }),
    });
  }, id);
  await until(async () =>
    expect(await words(page, ".changes-table")).toContain("let seconds = parse(text)?;"),
  );
  await until(async () => expect(await words(page, ".changes-gone")).toContain("let seconds: u64"));
  expect(await words(page, ".changes-table")).toContain("Fine.");
  await until(async () => expect(await page.$('[data-change="src/old.rs"]')).toBeNull());
  await press(page, "Send 2 comments");
  await page.waitForSelector(".changes-prompt");
  const prompt = await page.$eval(".changes-prompt", (one) => (one as HTMLTextAreaElement).value);
  expect(prompt).toContain("(these lines have changed since)");
});

test("a change is discarded after a question, and only by whom it is", async () => {
  const { page, problems } = await openChanges();
  await choose(page, "src/old.rs");
  await page.locator('.file [aria-label="Discard change"]').click();
  await page.waitForSelector("dialog[open]");
  expect(await words(page, "dialog[open]")).toContain("kept on the machine for a week");
  await press(page, "Discard change");
  await until(async () => expect(await page.$('[data-change="src/old.rs"]')).toBeNull());
  await until(async () =>
    expect(await words(page)).toContain("src/old.rs is as it was committed."),
  );
  expect(problems).toEqual([]);
});

test("who may only look discards nothing", async () => {
  const { page } = await openChanges({ role: "read_only" });
  await choose(page, "src/main.rs");
  await page.waitForSelector(".changes-table");
  expect(await page.$('.file [aria-label="Discard change"]')).toBeNull();
});

test("on a phone the file takes the place of the list", async () => {
  const { page } = await openChanges({ isPhone: true, language: "zh", theme: "dark" });
  await choose(page, "src/main.rs");
  await page.waitForSelector('[data-line="4"]');
  expect(await page.$eval(".files-list", (one) => getComputedStyle(one).display)).toBe("none");
  await comment(page, 4, "哪段文字不是数字？");
  const overflow = () => document.documentElement.scrollWidth - innerWidth;
  expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
  await page.locator(".file-back button").click();
  await until(async () => expect(await words(page, ".changes-foot")).toContain("发送 1 条评论"));
});
