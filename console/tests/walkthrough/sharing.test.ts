import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { answers, say, startChat, turnsOver } from "./sessions";
import { enter, fill, fillIn, live, press, reads, visitor, withHouse, words } from "./visitor";

const house = withHouse();

const LIN = { username: "lin", password: "a horse of another colour" } as const;

async function asked<Answer>(path: string, body: unknown): Promise<Answer> {
  const answer = await house().ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as Answer;
}

/** Somebody who was invited and has chosen a password; answers their number. */
async function invite(): Promise<number> {
  const made = await asked<{ user: { number: number }; invitation: { link: string } }>(
    "/api/users",
    { username: LIN.username, display_name: "Lin" },
  );
  const secret = made.invitation.link.split("/").at(-1);
  await asked("/api/auth/link/password", { secret, password: LIN.password });
  return made.user.number;
}

/** Opens the dialog and shares with Lin. */
async function share(page: Page, level: "watch" | "drive"): Promise<void> {
  await page.click(".page-actions .menu-place button");
  await press(page, "Share…");
  await fill(page, ".share form input", LIN.username);
  await page.select(".share form select", level);
  await page.click('.share form button[type="submit"]');
}

const closeDialog = (page: Page) => page.keyboard.press("Escape");

/** S36, S39: a colleague watches, drives, and sees nothing any more, each as the owner says. */
test("a session is shared to watch, then to drive, and taken back", async () => {
  const number = await invite();
  const grace = await enter();
  const id = await startChat(grace, "/say hello from grace");
  expect(await turnsOver(grace, 1)).toEqual(["done"]);

  const lin = await visitor();
  await lin.goto(house().url);
  await fillIn(lin, LIN);
  await live(lin);
  const inSidebar = `.sidebar a[href="/sessions/${id}"]`;
  expect(await lin.$(inSidebar)).toBeNull();

  await share(grace, "watch");
  await reads(grace, ".share .settings-rows", "Lin");
  await closeDialog(grace);

  await lin.locator(inSidebar).click();
  await reads(lin, ".agent-line", "hello from grace");
  await reads(lin, ".chat-note", "You are watching");
  await reads(grace, ".session-present", "Lin");
  await reads(lin, ".session-present", "grace");
  expect(await lin.$(".composer")).toBeNull();
  expect(await lin.$('[data-action="pause"]')).toBeNull();
  expect(await lin.$(".session-parts"), "files are not lent for watching").toBeNull();

  const machine = await lin.evaluate(
    async (session) => (await (await fetch(`/api/sessions/${session}`)).json()).session.machine_id,
    id,
  );
  await asked(`/api/remote/machines/${machine}/assign`, { user_id: number });
  await share(grace, "drive");
  await reads(grace, ".share .settings-rows", "Drive");
  await lin.waitForSelector(".composer textarea");
  await say(lin, "/say hello from lin");
  expect(await turnsOver(lin, 2)).toEqual(["done", "done"]);
  expect(await turnsOver(grace, 2)).toEqual(["done", "done"]);
  expect(await answers(grace)).toContain("hello from lin");
  expect(await words(grace, ".user-author")).toContain("Lin");

  await lin.locator('.sidebar a[href="/sessions"]').click();
  await grace.waitForFunction(() => document.querySelector(".session-present") === null);
  await lin.waitForSelector(`.session-list-row a[href="/sessions/${id}"]`);
  await press(grace, "Take back");
  await reads(grace, ".share", "It is shared with nobody.");
  await lin.waitForFunction((gone) => document.querySelector(gone) === null, {}, inSidebar);
});
