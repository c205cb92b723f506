/** What a model call costs, from the agent's call to the pages about money. */

import { expect, test } from "vitest";

import { startChat, turnsOver } from "./sessions";
import { enter, fill, press, reads, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

test("what a model was asked is counted, priced and shown while it happens", async () => {
  const page = await enter();
  const id = await startChat(page, "/title Asks a model\n/model hello");
  await turnsOver(page, 1);
  // Nobody has loaded anything anew: the server has told it.
  await reads(page, ".session-cost", "$");
  await visit(page, "/usage", ".usage-tiles");
  await reads(page, ".usage-groups", "Asks a model");
  const tiles = await words(page, ".usage-tiles");
  expect(tiles).toMatch(/Cost~?\$\d/);
  expect(tiles).toMatch(/Calls[1-9]/);
  expect(tiles).toMatch(/Tokens[1-9]/);
  const answer = await house().ask(`/api/sessions/${id}`);
  const { session } = (await answer.json()) as { session: { usage: { calls: number } } };
  expect(session.usage.calls).toBeGreaterThan(0);
  const table = await house().ask("/api/usage?by=model&format=csv");
  expect(await table.text()).toMatch(/^model,name,calls,/);
});

test("a quota is set, and says how far it is used up", async () => {
  const page = await enter();
  await startChat(page, "/title Counts\n/model hello");
  await turnsOver(page, 1);
  await visit(page, "/usage/quotas", ".section-head button");
  await press(page, "Set a quota");
  await page.waitForSelector("#new-quota select");
  await page.select("#new-quota .quota-fields select", "requests");
  await fill(page, "#new-quota input", "1000");
  await press(page, "Save");
  await reads(page, ".quota-row", "1,000 calls per month");
  await until(async () =>
    expect(await words(page, ".quota-row")).toMatch(/[1-9]\d* calls of 1,000/),
  );
});

test("a price is found in the list and set", async () => {
  const page = await enter();
  await visit(page, "/usage/prices", ".price-search");
  await fill(page, ".price-search input", "anthropic sonnet");
  await until(async () => {
    const models = await page.$$eval("[data-model]", (all) =>
      all.map((one) => one.getAttribute("data-model") ?? ""),
    );
    expect(models.length).toBeGreaterThan(0);
    expect(models.every((model) => model.includes("sonnet"))).toBe(true);
  });
  await page.locator("[data-model] button").click();
  await page.waitForSelector("#price-form input");
  await press(page, "Save");
  await page.waitForSelector("[data-price]");
  await reads(page, "[data-model]", "Set here");
});
