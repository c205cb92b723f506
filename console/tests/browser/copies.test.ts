import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

async function openMachine(name: string, options: Parameters<typeof enter>[0] = {}) {
  const house = await enter(options);
  const machine = [...house.mock.world.machines.values()].find((one) => one.machine_name === name);
  if (!machine) throw new Error(`the world has the machine ${name}`);
  await visit(house.page, `/machines/${machine.machine_id}`, ".machine-head");
  return house;
}

test("files that are on the server are said to be, and looked at while the machine is offline", async () => {
  const { page, problems } = await openMachine("gpu-box");
  await page.waitForSelector(".copy");
  const said = await words(page, ".copy");
  expect(said).toContain("Files of this workspace are on the server: 7 files");
  expect(said).toContain("Left out of the workspace: ");
  expect(said).toContain("2 taken for secrets");
  const archive = await page.$eval(".copy a[download]", (one) => one.getAttribute("href"));
  expect(archive).toMatch(/\/copies\/c+\/archive$/);
  await press(page, "Browse");
  await page.waitForSelector(".copy-files [data-file]");
  await page.locator('[data-file="src"]').click();
  await page.locator('[data-file="main.rs"]').click();
  await until(async () => expect(await words(page, ".file")).toContain("How long a request"));
  const link = await page.$eval(".file a[download]", (one) => one.getAttribute("href"));
  expect(link).toMatch(/\/copies\/c+\/files\/content\?path=src%2Fmain.rs$/);
  expect(problems).toEqual([]);
});

test("a hostile page in a copy is text", async () => {
  const { page, problems } = await openMachine("gpu-box", { isPhone: true });
  await page.waitForSelector(".copy");
  await press(page, "Browse");
  await page.waitForSelector(".copy-files [data-file]");
  await page.locator('[data-file="page.html"]').click();
  await until(async () => expect(await words(page, ".file")).toContain("<script>"));
  expect(await page.title()).not.toContain("taken");
  expect(problems).toEqual([]);
});

test("an administrator has a copy removed, after being asked", async () => {
  const { page, problems } = await openMachine("gpu-box");
  await page.waitForSelector(".copy");
  await press(page, "Remove from the server");
  await page.waitForSelector("dialog[open]");
  expect(await words(page, "dialog[open]")).toContain("until the owner of the machine asks");
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(await page.$(".copy")).toBeNull());
  expect(problems).toEqual([]);
});

test("a machine whose owner wants no copies has none", async () => {
  const { page, problems } = await openMachine("build-01");
  await page.waitForSelector(".workspace-rows");
  expect(await page.$(".copy")).toBeNull();
  expect(problems).toEqual([]);
});
