import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const LINE = "[data-line]";

test("lines are narrowed down by person, kind, result and object, and widened again", async () => {
  const { page, mock, problems } = await enter();
  await visit(page, "/settings/audit", LINE);
  expect(await words(page, '[data-line="60"]')).toContain("session.start");
  await page.select('select[aria-label="Result"]', "refused");
  await until(async () => expect(await page.$('[data-line="60"]')).toBeNull());
  await until(async () => expect(await words(page, ".audit-table")).toContain("permission_denied"));
  await page.select('select[aria-label="What"]', "login");
  await until(async () => expect(await words(page, ".audit-table")).not.toContain("access.deny"));
  const grace = mock.world.accounts.find((one) => one.username === "grace");
  await page.select('select[aria-label="Who"]', `user:${grace?.user_id}`);
  await until(async () => expect(await words(page)).toContain("No such lines"));
  await page.select('select[aria-label="Who"]', "all");
  await page.waitForSelector(".audit-object");
  await page.click(".audit-object");
  await page.waitForSelector(".chip");
  expect(await words(page, ".chip")).toContain("Grace Hopper");
  await page.click(".chip");
  await until(async () => expect(await page.$(".chip")).toBeNull());
  expect(problems).toEqual([]);
});

test("older lines follow, and the log is checked", async () => {
  const { page } = await enter({ isPhone: true });
  await visit(page, "/settings/audit", LINE);
  expect(await page.$('[data-line="1"]')).toBeNull();
  await press(page, "Older lines");
  await page.waitForSelector('[data-line="1"]');
  await press(page, "Check the log");
  await until(async () => expect(await words(page)).toContain("up to line 60"));
  expect(await words(page, ".copy-block")).toContain(`60:${"60".padStart(64, "0")}`);
});

/** S28: an object's name is text, whatever stands in it. */
test("hostile names in the log are text", async () => {
  const { page } = await enter();
  await visit(page, "/settings/audit", LINE);
  expect(await words(page, '[data-line="56"]')).toContain("<b>careful</b>");
  expect(await page.$(`${LINE} b`)).toBeNull();
});
