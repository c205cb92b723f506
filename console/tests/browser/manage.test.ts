import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

/** Chooses something from what can be done with a row. */
async function choose(page: Page, row: string, deed: string): Promise<void> {
  await page.click(`${row} .menu-place button`);
  await page.locator(`::-p-xpath(//*[@role='menuitem'][contains(., "${deed}")])`).click();
}

test("the overview counts what is told, as it is told", async () => {
  const { page, mock, problems } = await enter();
  await visit(page, "/manage", "[data-line]");
  const machines = () => words(page, '[data-card="machine"]');
  await until(async () => expect(await machines()).toContain("2 online"));
  expect(await words(page, '[data-card="users"]')).toContain("1 disabled");
  expect(await words(page, '[data-card="link"]')).toContain("2");
  const [first] = mock.world.machines.values();
  if (first) {
    const by = { by: mock.world.user.user_id, by_name: "Ada", at: new Date().toISOString() };
    mock.world.putMachine({ ...first, status: "offline", frozen: by });
  }
  await until(async () => expect(await machines()).toContain("1 online"));
  expect(await machines()).toContain("1 frozen");
  expect(await words(page)).toContain("is frozen: it takes no new work");
  const { session_id } = mock.world.askForMore();
  await page.waitForSelector(`[data-waits] a[href="/sessions/${session_id}"]`);
  expect(problems).toEqual([]);
});

test("a number that cannot be had is said, and asked for again", async () => {
  const { page, mock } = await enter();
  // The page itself has come while the server was there.
  await visit(page, "/manage", "[data-line]");
  await visit(page, "/settings/about", ".settings-facts");
  mock.setDown(true);
  await visit(page, "/manage", ".manage-failed");
  mock.setDown(false);
  await press(page, "Try again");
  await page.waitForSelector(".manage-failed", { hidden: true });
  expect(await words(page, '[data-card="users"]')).toContain("4");
});

test("with the keys alone one gets from the overview to where it is dealt with", async () => {
  const { page } = await enter();
  await page.keyboard.type("ga");
  await page.waitForSelector("[data-line]");
  expect(new URL(page.url()).pathname).toBe("/manage");
  await page.focus('[data-card="link"] a');
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-enrolment]");
});

test("open registration tokens are listed, and revoked after a question", async () => {
  const { page, mock } = await enter({ isPhone: true });
  await visit(page, "/manage/registration-tokens", "[data-enrolment]");
  expect((await page.$$("[data-enrolment]")).length).toBe(2);
  expect(await words(page)).toContain("made by Grace Hopper");
  await press(page, "Revoke");
  await page.waitForSelector("dialog[open]");
  expect(mock.world.enrolments[0]?.state).toBe("open");
  await press(page, "Revoke");
  await until(async () => expect((await page.$$("[data-enrolment]")).length).toBe(1));
  await page.locator("::-p-xpath(//label[contains(., 'All')])").click();
  await until(async () => expect((await page.$$("[data-enrolment]")).length).toBe(5));
  expect(await words(page, '[data-enrolment="used"]')).toContain("became build-01");
});

test("rights are found by person and machine, changed, given and taken", async () => {
  const { page, mock } = await enter();
  await visit(page, "/manage/assignments", "[data-assigned]");
  expect((await page.$$("[data-assignments]")).length).toBe(2);
  const lin = mock.world.accounts.find((one) => one.username === "lin")?.user_id ?? "";
  const level = () => mock.world.assignments.find((one) => one.user_id === lin)?.permission;
  await page.waitForSelector(`.manage-filters option[value="${lin}"]`);
  await page.select(".manage-filters select", lin);
  await until(async () => expect((await page.$$("[data-assigned]")).length).toBe(1));
  await choose(page, '[data-assigned="lin"]', "look after it");
  await until(() => Promise.resolve(expect(level()).toBe("admin")));
  await until(async () => {
    expect(await words(page, '[data-assigned="lin"]')).toContain("Looks after it");
  });
  await choose(page, '[data-assigned="lin"]', "Remove");
  await page.waitForSelector("dialog[open]");
  expect(level()).toBe("admin");
  await page.click("dialog[open] .button-danger");
  await page.waitForSelector("[data-no-assignments]");
  await press(page, "Give a right");
  await page.waitForSelector(`#assign option[value="${lin}"]`);
  await page.select("#assign .field:nth-of-type(1) select", lin);
  const [machine = ""] = mock.world.machines.keys();
  await page.select("#assign .field:nth-of-type(2) select", machine);
  await press(page, "Give the right");
  await page.waitForSelector('[data-assigned="lin"]');
  expect(level()).toBe("user");
});

test("a tenant is made with its first administrator, whose name may be taken", async () => {
  const { page, mock } = await enter({ isPhone: true });
  await visit(page, "/manage/tenants", "[data-tenant]");
  await press(page, "New tenant");
  await page.waitForSelector("#new-tenant");
  const [name, username] = await page.$$("#new-tenant input");
  await name?.type("Legal");
  await username?.type("grace");
  await press(page, "Make tenant");
  await page.waitForSelector("#new-tenant [role=alert]");
  expect(await words(page, "#new-tenant")).toContain("Legal is there");
  await page.type("#new-tenant input", "hopper");
  await press(page, "Make invitation");
  await page.waitForSelector("dialog[open] .copy-block");
  expect(await words(page, "dialog[open]")).toContain("/#/welcome/");
  await press(page, "I have copied it");
  await page.waitForSelector('[data-tenant="4"]');
  expect(mock.world.tenants.filter((one) => one.name === "Legal")).toHaveLength(1);
  const made = mock.world.strangers.at(-1);
  expect(made).toMatchObject({ username: "gracehopper", role: "tenant_admin" });
});

test("a tenant is renamed, and its machines are frozen by a word that is typed", async () => {
  const { page, mock } = await enter();
  await visit(page, "/manage/tenants/2", "[data-limit]");
  const research = mock.world.tenants[0];
  await press(page, "Rename");
  await page.type("#tenant-name input", " and development");
  await press(page, "Save");
  await until(async () => expect(await words(page, "h1")).toBe("Research and development"));
  await press(page, "Freeze its machines");
  await page.waitForSelector("#freeze-all");
  expect(await page.$("dialog[open] .button-danger:disabled")).not.toBeNull();
  const fields = await page.$$("#freeze-all input");
  await fields.at(-1)?.type("freeze");
  await page.click("dialog[open] .button-danger");
  await page.waitForSelector(".banner-warning");
  expect(research?.frozen).toBeTruthy();
  expect([...mock.world.machines.values()].some((one) => one.all_frozen)).toBe(false);
  await press(page, "Unfreeze");
  await page.waitForSelector("dialog[open]");
  await press(page, "Unfreeze");
  await page.waitForSelector(".banner-warning", { hidden: true });
  expect(research?.frozen).toBeNull();
});

test("what holds for another tenant is said there, and changes nothing of one's own", async () => {
  const { page, mock } = await enter();
  await visit(page, "/manage/tenants/3", "[data-limit]");
  expect(await words(page)).toContain("Nobody is in it yet");
  const glance = () => words(page, ".tenant-glance");
  await press(page, "Ask everybody");
  await page.waitForSelector("dialog[open]");
  await press(page, "Ask everybody");
  await until(async () => expect(await glance()).toContain("Second factor demanded"));
  await page.click(".section:last-of-type .section-head button");
  await page.type("#session-limits input", "10");
  await press(page, "Save");
  await until(async () => expect(await glance()).toContain("sessions limited"));
  const other = mock.world.tenants[1];
  expect(other).toMatchObject({ second_factor: "required", limits: { idle_limit_s: 600 } });
  expect(mock.world.secondFactor.demand).toBe("optional");
  expect(mock.world.limits.idle_limit_s).toBe(7200);
  await press(page, "New account");
  await page.waitForSelector("#new-user");
  expect(
    await page.$eval("#new-user select", (select) => (select as HTMLSelectElement).value),
  ).toBe("tenant_admin");
});

for (const [role, path, says] of [
  ["user", "/manage", "This is for administrators"],
  ["user", "/manage/tenants", "This is for administrators"],
  ["user", "/settings/people", "This is for administrators"],
  ["tenant_admin", "/manage/tenants", "whoever runs the installation"],
  ["tenant_admin", "/manage/tenants/2", "whoever runs the installation"],
] as const) {
  test(`a ${role} at ${path} is told whose page it is`, async () => {
    const { page, problems } = await enter({ role });
    await visit(page, path, "[data-for-administrators]");
    expect(await words(page, "[data-for-administrators]")).toContain(says);
    const isLinked = (await page.$('.frame-side a[href="/manage"]')) !== null;
    expect(isLinked).toBe(role === "tenant_admin");
    expect(problems).toEqual([]);
  });
}
