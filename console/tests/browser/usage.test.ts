import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { sessionUsage } from "../../mock/money";
import { enter, openSession, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const CHART = '.usage-chart [role="slider"]';

/** Chooses something from the menu beside something. */
async function choose(page: Page, row: string, deed: string): Promise<void> {
  await page.click(`${row} .menu-place button`);
  await page.locator(`::-p-xpath(//*[@role='menuitem'][contains(., '${deed}')])`).click();
}

test("usage over time is seen, felt along, and read as a table", async () => {
  const { page } = await enter();
  await visit(page, "/usage", CHART);
  const bars = () => page.$$eval(".usage-column", (all) => all.length);
  expect(await bars()).toBe(30);
  await page.focus(CHART);
  await page.keyboard.press("Home");
  const first = await words(page, ".usage-readout");
  await page.keyboard.press("ArrowRight");
  expect(await words(page, ".usage-readout")).not.toBe(first);
  expect(first).toMatch(/: ~?\$\d/);
  const said = await page.$eval(CHART, (chart) => chart.getAttribute("aria-valuetext"));
  expect(said).toBe(await words(page, ".usage-readout"));
  await page.click(".usage-as-table summary");
  expect(await page.$$eval(".usage-as-table tbody tr", (rows) => rows.length)).toBeGreaterThan(20);
  await page.select(".usage-bar select", "day");
  await until(async () => expect(await bars()).toBe(24));
  await page.select(".usage-bar select", "year");
  await until(async () => expect(await bars()).toBe(12));
});

test("what is not certain is marked", async () => {
  const { page } = await enter();
  await visit(page, "/usage", CHART);
  expect(await words(page, ".usage-tile")).toContain("~");
  expect(await words(page, ".banner")).toContain("no known price");
  expect(await page.$$eval(".usage-doubtful", (all) => all.length)).toBeGreaterThan(0);
  expect(await words(page, ".usage-legend")).toContain("Not certain");
});

test("usage is narrowed down to a model and widened again", async () => {
  const { page } = await enter({ isPhone: true });
  await visit(page, "/usage", CHART);
  const all = await words(page, ".usage-tiles");
  await page.locator("::-p-xpath(//button[contains(., 'gpt-6')])").click();
  await page.waitForSelector(".chip");
  await until(async () => expect(await words(page, ".usage-tiles")).not.toBe(all));
  expect(await page.$$eval(".usage-groups h2", (all) => all.map((one) => one.textContent))).toEqual(
    ["By user", "By machine", "By session"],
  );
  await page.click(".chip");
  await until(async () => expect(await words(page, ".usage-tiles")).toBe(all));
});

test("a quota is set, changed, raised and removed", async () => {
  const { page, mock } = await enter();
  await visit(page, "/usage/quotas", ".quota-row");
  await press(page, "Set a quota");
  await page.waitForSelector("#new-quota");
  const selects = "#new-quota select";
  await page.select(selects, "machine");
  await page.waitForFunction(() => document.querySelectorAll("#new-quota select").length === 5);
  const [machine] = mock.world.machines.values();
  await page.$$eval(
    selects,
    (all, id) => {
      const which = all[1] as HTMLSelectElement;
      which.value = id;
      which.dispatchEvent(new Event("change", { bubbles: true }));
    },
    machine?.machine_id ?? "",
  );
  await page.type("#new-quota input", "twelve");
  await page.waitForSelector('#new-quota [role="alert"]');
  expect(await page.$("dialog[open] button[type='submit']:disabled")).not.toBeNull();
  await page.$eval("#new-quota input", (input) => input.select());
  await page.type("#new-quota input", "12.50");
  await press(page, "Save");
  await until(async () => {
    const last = mock.world.quotas.at(-1)?.quota;
    expect(last).toMatchObject({ subject: "machine", measure: "cost", limit: 12.5 });
    expect(last?.of).toBe(machine?.machine_id);
  });
  const id = mock.world.quotas.at(-1)?.quota.quota_id ?? "";
  const row = `[data-quota="${id}"]`;
  await until(async () => expect(await words(page, row)).toContain("$12.50 per month"));

  await choose(page, row, "Change the limit");
  await page.waitForSelector("#change-limit input");
  await page.$eval("#change-limit input", (input) => input.select());
  await page.type("#change-limit input", "20");
  await press(page, "Save");
  await until(async () => expect(await words(page, row)).toContain("$20.00 per month"));

  await choose(page, row, "Grant more");
  await page.waitForSelector("#raise-quota input");
  await page.type("#raise-quota input", "5");
  await press(page, "Grant more");
  await until(async () => expect(await words(page, row)).toContain("$5.00 granted on top"));

  await choose(page, row, "Remove");
  await page.waitForSelector("dialog[open]");
  expect(await page.$(row)).not.toBeNull();
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(await page.$(row)).toBeNull());
});

test("quotas say how far they are used up", async () => {
  const { page } = await enter();
  await visit(page, "/usage/quotas", ".quota-row");
  const levels = await page.$$eval('.quota-row [role="meter"]', (all) =>
    all.map((one) => one.getAttribute("aria-valuenow")),
  );
  expect(levels).toEqual(["84", "26", "96", "100", "13"]);
  const rows = await words(page, ".quota-rows");
  expect(rows).toContain("80% reached");
  expect(rows).toContain("Used up");
});

test("whose allowance comes to an end is seen, and more is granted", async () => {
  const { page, mock } = await enter();
  await visit(page, "/", ".home .quota-row");
  const seen = await words(page, ".home .quota-rows");
  expect(seen).toContain("Lin Wei");
  expect(seen).toContain("95% reached");
  expect(seen).not.toContain(mock.world.user.display_name);
  await page.locator("::-p-xpath(//a[contains(., 'above 80%')])").click();
  await page.waitForSelector(".quota-one");
  await page.click(".quota-one .menu-place button");
  const deeds = await page.$$eval('[role="menuitem"]', (all) => all.map((one) => one.textContent));
  expect(deeds).toEqual(["Grant more for now"]);
  await page.click('[role="menuitem"]');
  await page.waitForSelector("#raise-quota input");
  expect(await words(page, "#raise-quota")).toContain("Lin Wei");
});

test("who is no administrator sees usage and quotas of their own, and changes nothing", async () => {
  const { page } = await enter({ role: "user" });
  await visit(page, "/usage/quotas", ".quota-row");
  expect(await page.$(".quota-row button")).toBeNull();
  expect(await words(page, ".page-body")).not.toContain("Set a quota");
  await visit(page, "/usage", CHART);
  expect(await page.$$eval(".usage-groups h2", (all) => all.map((one) => one.textContent))).toEqual(
    ["By model", "By machine", "By session"],
  );
  await visit(page, "/usage/prices", ".price-table");
  expect(await words(page, ".page-body")).not.toContain("Set price");
});

test("a price is found, set and taken back, and one that nobody knows is pointed out", async () => {
  const { page, mock } = await enter();
  await visit(page, "/usage/prices", ".price-unknown");
  await page.click(".price-unknown button");
  await page.waitForSelector("#price-form");
  const [input, output] = await page.$$("#price-form input");
  await input?.type("0.5");
  await output?.type("2");
  await press(page, "Save");
  await until(async () => expect(await page.$(".price-unknown")).toBeNull());
  const set = mock.world.prices.at(-1);
  expect(set).toMatchObject({ provider: "cellar", model: "local-coder" });
  expect(set?.usd_per_million_tokens).toMatchObject({ input: 0.5, output: 2, cache_read: null });

  await page.type('.price-search input[type="search"]', "google");
  await page.waitForSelector('[data-model="gemini-3-pro"]');
  await until(async () => expect(await page.$('[data-model="gpt-6"]')).toBeNull());

  await choose(page, '[data-price="local-coder"]', "Remove");
  await page.waitForSelector("dialog[open]");
  await page.click("dialog[open] .button-danger");
  await page.waitForSelector(".price-unknown");
});

test("a session shows what it costs while it costs", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await openSession(house, "shell", ".session-cost");
  expect(await words(page, ".session-cost")).toBe("$1.75");
  mock.world.tell({
    method: "session.usage",
    params: { ...sessionUsage(id, 16), estimated_calls: 1 },
  });
  await until(async () => expect(await words(page, ".session-cost")).toMatch(/^~\$2\.00/));
  mock.world.tell({ method: "session.usage", params: sessionUsage(id, 15) });
  mock.world.tell({ method: "session.usage", params: sessionUsage(id, 16) });
  await until(async () => expect(await words(page, ".session-cost")).toBe("$2.00"));
});

test("the start page says what was spent today, and where to look", async () => {
  const { page } = await enter();
  await visit(page, "/", ".greeting-facts");
  await until(async () => expect(await words(page, ".greeting-facts")).toMatch(/\$.*spent today/));
  await page.locator("::-p-xpath(//a[contains(., 'spent today')])").click();
  await page.waitForSelector(CHART);
});
