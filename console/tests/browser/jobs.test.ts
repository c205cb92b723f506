import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, type House, press, until, visit, withBrowser, words } from "./house";

withBrowser();

/** Hands in a job, and waits until its page is there. */
async function submit({ page }: House, prompt: string): Promise<string> {
  await visit(page, "/jobs", ".job-row");
  await page.click(".page-actions .button-primary");
  await page.waitForSelector(".new-job textarea");
  await page.type(".new-job textarea", prompt);
  await press(page, "Submit");
  await page.waitForSelector(".job-facts");
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

async function state(page: Page, wanted: string): Promise<void> {
  await page.waitForSelector(`.job-head [data-job-state="${wanted}"]`);
}

test("a job is handed in, watched line by line, and its result is read", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await submit(house, "Update the dependencies");
  await state(page, "running");
  await state(page, "completed");
  await until(async () => {
    expect(await words(page, ".job-log")).toContain("the agent is writing");
    expect(await words(page, ".job-result")).toContain("All dependencies are up to date");
  });
  expect(mock.world.jobs.get(id)).toMatchObject({ status: "completed", agent_name: "claude" });
  const lines = await page.$$eval(".job-log-line", (all) => all.map((one) => one.textContent));
  expect(new Set(lines).size).toBe(lines.length);
  expect(house.problems).toEqual([]);
});

test("a job may say that people can be asked", async () => {
  const { page, mock } = await enter();
  await visit(page, "/jobs", ".job-row");
  await page.click(".page-actions .button-primary");
  await page.waitForSelector(".new-job textarea");
  await page.type(".new-job textarea", "Ask me when in doubt");
  await page.click(".job-interactive .switch");
  await press(page, "Submit");
  await page.waitForSelector(".job-facts");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(mock.world.jobs.get(id)?.interactive).toBe(true);
});

test("a list shows what becomes of jobs, by their states", async () => {
  const house = await enter();
  const { page } = house;
  await submit(house, "Do this forever");
  await visit(page, "/jobs", ".job-row");
  await page.waitForSelector('.job-row[data-status="running"]');
  await narrow(page, "Under way");
  await until(async () => {
    const states = await page.$$eval(".job-row", (all) =>
      all.map((one) => one.getAttribute("data-status")),
    );
    expect(states.length).toBeGreaterThan(1);
    expect(states.filter((one) => one !== "running" && one !== "queued")).toEqual([]);
  });
});

async function narrow(page: Page, label: string): Promise<void> {
  await page.locator(`::-p-xpath(//label[contains(., "${label}")])`).click();
}

test("a job is cancelled after a question, and then deleted", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await submit(house, "Do this forever");
  await state(page, "running");
  await press(page, "Cancel job");
  await page.waitForSelector("dialog[open]");
  expect(mock.world.jobs.get(id)?.status).toBe("running");
  await press(page, "Cancel job");
  await state(page, "canceled");
  await page.click('.page-actions [aria-haspopup="menu"]');
  await press(page, "Delete");
  await page.waitForSelector("dialog[open]");
  await press(page, "Delete");
  await page.waitForSelector(".job-rows");
  expect(mock.world.jobs.has(id)).toBe(false);
});

test("a job that failed says why, and is tried again", async () => {
  const house = await enter();
  const { page } = house;
  await submit(house, "fail once");
  await state(page, "failed");
  await until(async () => expect(await words(page, ".banner")).toContain("ended with an error"));
  await press(page, "Retry");
  await state(page, "completed");
});

test("nothing is missing after the connection was cut", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await submit(house, "Do this forever");
  await state(page, "running");
  mock.cut();
  mock.world.logJob(id, "said while nobody listened");
  mock.world.changeJob(id, { status: "failed", error: "gone", error_code: "turn_unknown" });
  await state(page, "failed");
  await until(async () =>
    expect(await words(page, ".job-log")).toContain("said while nobody listened"),
  );
});

test("what a receiver was told shows with the job, and is sent again", async () => {
  const house = await enter();
  const { page } = house;
  await visit(page, "/jobs", ".job-row");
  await page.locator(".job-row ::-p-text(Update the dependencies and say)").click();
  await page.waitForSelector('.job-delivery[data-status="pending"]');
  await until(async () => {
    expect(await words(page, ".job-webhook")).toContain("the receiver answered 503");
    expect(await words(page, ".job-policy")).toContain("Full auto");
  });
  await press(page, "Send again");
  await page.waitForSelector('.job-delivery[data-status="delivered"]');
  expect(await words(page, ".job-webhook")).toContain("204");
  expect(house.problems).toEqual([]);
});

test("the secret that signs webhooks is made and shown once", async () => {
  const house = await enter();
  const { page } = house;
  await visit(page, "/settings/tokens", ".settings-rows");
  await press(page, "New secret");
  await press(page, "Create secret");
  await until(async () => expect(await words(page, ".confirm")).toContain("whsec_"));
  await press(page, "I have copied it");
  await until(async () => {
    expect(await words(page, "main")).toContain("Your webhooks are signed");
    expect(await words(page, "main")).not.toContain("whsec_");
  });
});
