import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, press, reads, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

interface Wish {
  prompt: string;
  preset?: string;
}

/** Through the dialog; answers the job's id when its page is there. */
async function submit(page: Page, { prompt, preset }: Wish): Promise<string> {
  await visit(page, "/jobs", ".job-filter");
  await press(page, "New job");
  await page.waitForSelector(".new-job textarea");
  await page.click('.new-job .radio-card[data-value="demo"]');
  if (preset) {
    await page.click(`.new-job .radio-card[data-value="${preset}"]`);
  }
  await page.type(".new-job textarea", prompt);
  await press(page, "Submit");
  await page.waitForSelector(".job-facts");
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

async function state(page: Page, wanted: string): Promise<void> {
  await page.waitForSelector(`.job-head [data-job-state="${wanted}"]`);
}

test("a job is done while one looks on, and leaves its result, its log and its session", async () => {
  const page = await enter();
  await submit(page, { prompt: "/write done.txt ahoy\n/say It is written.", preset: "full-auto" });
  await state(page, "completed");
  await reads(page, ".job-result", "It is written.");
  expect(house().file("done.txt")).toContain("ahoy");
  expect(await page.$$(".job-log-line")).not.toHaveLength(0);
  await page.locator("::-p-xpath(//a[contains(., 'Open session')])").click();
  await reads(page, ".agent-line", "It is written.");
});

test("what would have to be asked is refused, and the list says how it ended", async () => {
  const page = await enter();
  const id = await submit(page, { prompt: "/write refused.txt no\n/say Over." });
  await page.waitForSelector('.job-head [data-job-state]:not([data-job-state="queued"])');
  await until(async () => {
    const stands = await words(page, ".job-head .status-badge");
    expect(stands).toMatch(/Completed|Failed/);
  });
  expect(house().file("refused.txt")).toBeNull();
  await visit(page, "/jobs", `[data-job-id="${id}"]`);
});

test("a job that runs is cancelled after a question, and its record is removed after another", async () => {
  const page = await enter();
  const id = await submit(page, { prompt: "/slow 2000 50ms", preset: "full-auto" });
  await state(page, "running");
  await press(page, "Cancel job");
  await page.waitForSelector("dialog[open]");
  await press(page, "Cancel job");
  await state(page, "canceled");
  await page.click('.page-actions [aria-haspopup="menu"]');
  await press(page, "Delete");
  await page.waitForSelector("dialog[open]");
  await press(page, "Delete");
  await page.waitForSelector(".job-filter");
  await page.waitForSelector(`[data-job-id="${id}"]`, { hidden: true });
  expect((await house().ask(`/api/jobs/${id}`)).status).toBe(404);
});

test("a job that failed says why, and is tried again", async () => {
  const page = await enter();
  await submit(page, { prompt: "/error 500 the tide is out", preset: "full-auto" });
  await state(page, "failed");
  await page.waitForSelector(".banner-error");
  await press(page, "Retry");
  await until(async () => expect(await page.$$(".job-attempts li")).toHaveLength(2));
});
