import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

/** S28: titles of files that anybody may have written are words. */
test("sessions begun outside are looked for when asked, shown as text, and gone on with", async () => {
  const house = await enter({});
  const { page, problems } = house;
  const machine = [...house.mock.world.machines.values()].find(
    (one) => one.machine_name === "build-01",
  );
  if (!machine) throw new Error("the world has the machine build-01");
  await visit(page, `/machines/${machine.machine_id}`, ".machine-head");
  expect(await page.$("[data-outside]")).toBeNull();
  await press(page, "Look on this machine");
  await page.waitForSelector("[data-outside]");
  const said = await words(page, "[data-outside]");
  expect(said).toContain("mend the login page");
  expect(said).toContain("<img src=x onerror=alert(1)>");
  expect(said).not.toContain("\u202e");
  expect(said).toContain("4 prompts");
  expect(said).toContain("goes on here");
  expect(await words(page)).toContain("1 file of agents could not be read");
  await press(page, "Continue");
  await page.waitForSelector("dialog[open]");
  expect(await words(page, "dialog[open]")).toContain("may still be open there");
  await press(page, "Continue");
  await until(async () => expect(page.url()).toContain("/sessions/"));
  expect(problems).toEqual([]);
});
