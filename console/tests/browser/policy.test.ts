import { expect, test } from "vitest";

import { enter, openSession, press, sessionNamed, until, visit, withBrowser, words } from "./house";

withBrowser();

const ASKING = "Ship the new landing page";

test("what a choice means for each tool is said before the session starts", async () => {
  const { page, mock } = await enter();
  const before = new Set(mock.world.sessions.keys());
  await page.keyboard.press("c");
  await page.waitForSelector(".new-session");
  await page.click(".preset-choice + .start-more summary");
  await page.waitForSelector(".effects");
  const effect = (name: string) =>
    page.$eval(`.effects .effect-${name} + dd`, (element) => element.textContent ?? "");
  expect(await effect("ask")).toContain("Bash");
  await page
    .locator("::-p-xpath(//fieldset[contains(., 'Never these tools')]//label[contains(., 'Bash')])")
    .click();
  await until(async () => {
    expect(await effect("deny")).toContain("Bash");
    expect(await effect("ask")).not.toContain("Bash");
  });
  await press(page, "Start");
  await page.waitForSelector(".composer textarea");
  const made = [...mock.world.sessions.values()].find((one) => !before.has(one.session_id));
  expect(made?.policy).toMatchObject({ permission_preset: "ask", denied_tools: ["Bash"] });
});

test("a session says what it may do, why, and who holds it", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, "Explain the retry logic in the link", '[data-containment="kernel"]');
  await openSession(house, "Read the time limit from the configuration", ".rail-policy summary");
  await page.click(".rail-policy summary");
  const details = await words(page, ".rail-policy");
  expect(details).toContain("WebFetch");
  expect(details).toContain("chosen for this session");
  expect(details).toContain("from the preset");
  await page.waitForSelector(".session-rules [data-rule]");
});

test("a question is answered once and for all, as far as was chosen", async () => {
  const { page, mock } = await enter();
  const session = sessionNamed(mock, ASKING);
  await visit(page, "/inbox", ".permission-answers");
  const card = ".permission:has([data-action='always'])";
  await page.click(`${card} [data-action="always"]`);
  await page.waitForSelector(".permission-always");
  await page.select(".permission-always .field:nth-of-type(1) select", "prefix 2");
  await page.select(".permission-always .field:nth-of-type(2) select", "machine");
  await page.select(".permission-always .field:nth-of-type(3) select", "day");
  await page.click('[data-action="always_allow"]');
  await until(async () => {
    const asked = [...mock.world.permissions.values()].find((one) => one.session_id === session);
    expect(asked).toMatchObject({ answer: "allow_once" });
    expect(mock.world.always.at(-1)).toEqual({
      reach: "prefix",
      first_words: 2,
      within: "machine",
      expires_in_s: 86_400,
    });
  });
});

test("a rule is made, and taken back after a question", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/policy", "[data-rule]");
  await press(page, "New rule");
  await page.waitForSelector("#new-rule");
  await page.locator("::-p-xpath(//label[contains(., 'Deny')])").click();
  await page.type('#new-rule input[placeholder="npm test"]', "git  push");
  await press(page, "Make rule");
  await until(async () =>
    expect(mock.world.rules[0]).toMatchObject({
      effect: "deny",
      tool: "Bash",
      matches: { kind: "prefix", words: ["git", "push"] },
    }),
  );
  const id = mock.world.rules[0]?.rule_id;
  await page.waitForSelector(`[data-rule="${id}"]`);
  await page.click(`[data-rule="${id}"] .button-danger`);
  await page.waitForSelector("dialog[open]");
  expect(mock.world.rules.some((rule) => rule.rule_id === id)).toBe(true);
  await press(page, "Revoke");
  await page.waitForSelector(`[data-rule="${id}"]`, { hidden: true });
  expect(mock.world.rules.some((rule) => rule.rule_id === id)).toBe(false);
});

test("an administrator makes a preset, and sessions can begin with it", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/policy", "[data-preset]");
  await press(page, "New preset");
  await page.waitForSelector("#preset-form");
  await page.type("#preset-form input[required]", "night-shift");
  await page.select("#preset-form select", "safe-readonly");
  await press(page, "Save");
  await page.waitForSelector('[data-preset="night-shift"]');
  expect(mock.world.presets.get("night-shift")?.options).toEqual({
    permission_preset: "safe-readonly",
  });
  await page.keyboard.press("c");
  await page.waitForSelector('.new-session .radio-card[data-value="night-shift"]');
});

test("an administrator has transcripts kept, and everybody is told in their sessions", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/policy", "[data-kept]");
  expect(await words(page, "[data-kept]")).toBe("Transcripts are on the machines only.");
  const buttons = "::-p-xpath((//section[.//*[@data-kept]]//button)";
  await page.locator(`${buttons}[1])`).click();
  await page.waitForSelector("#kept-transcripts input");
  await page.type("#kept-transcripts input", "30");
  await press(page, "Save");
  await until(async () => {
    expect(mock.world.keeping).toEqual({ days: 30, workspaces: [] });
    expect(await words(page, "[data-kept]")).toContain("for 30 days");
  });

  // Of one workspace nothing is kept, until it is treated like the others again.
  await page.locator(`${buttons}[2])`).click();
  await page.waitForSelector("#kept-transcripts select");
  await press(page, "Save");
  await page.waitForSelector("[data-kept-workspace]");
  const own = mock.world.keeping.workspaces?.[0];
  expect(own?.days).toBe(null);
  expect(await words(page, "[data-kept-workspace]")).toContain(own?.project_path ?? "none");
  expect(await words(page, "[data-kept-workspace]")).toContain("on the machine only");
  await press(page, "Remove");
  await page.waitForSelector(".dialog");
  await page.click(".dialog .button-danger");
  await until(async () => {
    expect(mock.world.keeping).toEqual({ days: 30, workspaces: [] });
  });
});

test("an administrator limits sessions, and lifts what is left empty", async () => {
  const { page, mock } = await enter();
  await visit(page, "/settings/policy", "[data-limit]");
  const shown = (name: string) => words(page, `[data-limit="${name}"]`);
  await until(async () => {
    expect(await shown("idle_limit_s")).toContain("2h");
    expect(await shown("max_turns")).toContain("No limit");
  });
  await page.click(".section:last-of-type .section-head button");
  await page.waitForSelector("#session-limits");
  const fields = await page.$$("#session-limits input");
  await fields[0]?.click({ count: 3 });
  await page.keyboard.press("Backspace");
  await fields[1]?.type("50");
  await press(page, "Save");
  await until(async () => {
    expect(mock.world.limits).toEqual({ max_turns: 50, max_sessions_per_user: 8 });
    expect(await shown("idle_limit_s")).toContain("No limit");
    expect(await shown("max_turns")).toContain("50");
  });
});
