import { expect, test } from "vitest";

import { keepWorktree } from "../../mock/worktrees";
import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

const OWN = "::-p-xpath(//label[contains(@class, 'switch')][contains(., 'worktree of its own')])";

test("a session works in a worktree, which is removed after it was said what is lost", async () => {
  const { page, mock } = await enter();
  await visit(page, "/", ".frame-side");
  await page.keyboard.press("c");
  await page.waitForSelector(".new-session");
  expect(await page.$$(".start-worktree input:not([role])")).toHaveLength(0);
  await page.locator(OWN).click();
  await page.waitForSelector(".start-worktree input:not([role])");
  await page.type(".start-worktree input:not([role])", "retries");
  const before = new Set(mock.world.sessions.keys());
  await page.locator('button[form="new-session-form"]').click();
  await until(async () => expect(mock.world.sessions.size).toBe(before.size + 1));
  const id = [...mock.world.sessions.keys()].find((one) => !before.has(one)) ?? "";
  expect(mock.world.sessions.get(id)?.worktree).toMatchObject({ branch: "retries" });
  await until(async () => expect(await words(page, ".session-path")).toContain("retries"));
  expect(await page.$$(".worktree-strip")).toHaveLength(0);

  keepWorktree(mock.world, id, 3, 1);
  await until(async () =>
    expect(await words(page, ".worktree-strip")).toContain("3 uncommitted files, 1 commit"),
  );
  await page.locator('[data-action="remove-worktree"]').click();
  await page.waitForSelector("dialog[open]");
  await page.locator("dialog[open] .button-danger").click();
  await until(async () =>
    expect(await words(page, "dialog[open]")).toContain("Files that were not committed: 3."),
  );
  expect(mock.world.sessions.get(id)?.worktree?.state).toBe("kept");
  await press(page, "Remove with all that");
  await until(async () => expect(mock.world.sessions.get(id)?.worktree?.state).toBe("removed"));
  await until(async () =>
    expect(await words(page, ".worktree-strip")).toContain("the branch retries stays"),
  );
});
