import { expect, test } from "vitest";

import { startChat, turnsOver } from "./sessions";
import { enter, reads, visit, withHouse } from "./visitor";

const house = withHouse();

const CARD = '.budget[data-state="pending"]';

/** Sessions may make no call of a model until somebody allows it. */
async function forbid(): Promise<void> {
  const quota = { subject: "session", measure: "requests", period: "total", limit: 0 };
  const put = await house().ask("/api/quotas", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(quota),
  });
  expect(put.status).toBe(200);
}

test("a session that a quota stops goes on when more is granted in the inbox", async () => {
  await forbid();
  const page = await enter();
  await startChat(page, "/model say hello");
  await page.waitForSelector(CARD);
  await visit(page, "/inbox", CARD);
  await page.click(`${CARD} [data-action="grant"]`);
  await page.waitForSelector('.budget[data-state="granted"]');
  await page.goBack();
  expect(await turnsOver(page, 1)).toEqual(["done"]);
});

test("an agent is told to stop in its chat", async () => {
  await forbid();
  const page = await enter();
  await startChat(page, "/model say hello");
  await page.waitForSelector(CARD);
  await page.click(`${CARD} [data-action="stop"]`);
  expect(await turnsOver(page, 1)).toEqual(["failed"]);
  await reads(page, ".chat", "does not allow this call");
});
