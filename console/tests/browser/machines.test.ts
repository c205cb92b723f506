import { expect, test } from "vitest";

import { enter, press, until, visit, withBrowser, words } from "./house";

withBrowser();

test("a machine is renamed, labelled, frozen and lets work begin again", async () => {
  const { page, mock } = await enter({ isPhone: true });
  const id = [...mock.world.machines.keys()][0] ?? "";
  await visit(page, `/machines/${id}`, ".care-rows");
  await press(page, "Rename and label");
  await page.waitForSelector("#machine-names");
  const fields = await page.$$("#machine-names input");
  await fields[1]?.type("gpu, 北京");
  await press(page, "Save");
  await until(async () => expect(await words(page, ".care-labels")).toContain("北京"));

  await press(page, "Freeze");
  await page.waitForSelector("#machine-freeze");
  await page.type("#machine-freeze input", "<b>new disk</b>");
  await page.click("dialog[open] .button-danger");
  await until(async () => expect(await words(page)).toContain("<b>new disk</b>"));
  expect(mock.world.machines.get(id)?.frozen?.by_name).toBe("Ada Lovelace");
  await press(page, "Unfreeze");
  await until(async () => expect(await words(page)).toContain("Takes new work"));
});

test("all machines are frozen by typing a word, and everybody sees it until it is lifted", async () => {
  const { page, mock } = await enter();
  await visit(page, "/machines", ".machine-row");
  await press(page, "Freeze all");
  await page.waitForSelector("#freeze-all");
  const submit = "dialog[open] .button-danger";
  expect(await page.$eval(submit, (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  const fields = await page.$$("#freeze-all input");
  await fields[0]?.type("a leaked key");
  await fields[1]?.type("freeze");
  await page.click(submit);
  await page.waitForSelector(".freeze-strip");
  expect([...mock.world.machines.values()].every((one) => one.all_frozen)).toBe(true);
  await visit(page, "/inbox", ".freeze-strip");
  expect(await words(page, ".freeze-strip")).toContain("a leaked key");
  await press(page, "Unfreeze all");
  await page.waitForSelector("dialog[open]");
  await page.click("dialog[open] .button-primary");
  await until(async () => expect(await page.$(".freeze-strip")).toBeNull());
});

test("a machine that its owner has halted says so, and takes no session", async () => {
  const { page, mock } = await enter();
  const machine = [...mock.world.machines.values()].find((one) => one.status === "online");
  if (!machine) throw new Error("the world has a machine that is online");
  await visit(page, `/machines/${machine.machine_id}`, ".machine-head");
  const isOff = () =>
    page.$$eval(".button-primary", (all) => all.some((one) => (one as HTMLButtonElement).disabled));
  expect(await isOff()).toBe(false);
  const closed = { by: "halt" as const, reason: "a leaked key", since: null };
  mock.world.putMachine({ ...machine, closed });
  await until(async () => expect(await words(page)).toContain("Halted by its owner"));
  expect(await words(page)).toContain("a leaked key");
  expect(await isOff()).toBe(true);
  mock.world.putMachine(machine);
  await until(async () => expect(await words(page)).not.toContain("Halted"));
});

/** The machine makes the key itself, so that a browser only asks for it. */
test("a machine's key is replaced after a question", async () => {
  const { page, mock } = await enter();
  const id = [...mock.world.machines.keys()][0] ?? "";
  const before = mock.world.machines.get(id)?.key_since;
  await visit(page, `/machines/${id}`, "[data-machine-key]");
  await press(page, "Replace key");
  await page.waitForSelector(".dialog");
  expect(mock.world.machines.get(id)?.key_since).toBe(before);
  await page.click(".dialog .button-primary");
  await until(async () => expect(mock.world.machines.get(id)?.key_since).not.toBe(before));
});

/** Whoever looks after a machine says that there is a newer release; it decides by itself. */
test("a machine is told of a newer release", async () => {
  const { page, mock } = await enter();
  const id = [...mock.world.machines.keys()][0] ?? "";
  await visit(page, `/machines/${id}`, ".care-rows");
  await until(async () =>
    expect(await words(page)).toContain("Runs release 0.1.0; 0.2.0 is there"),
  );
  await press(page, "Update");
  await until(async () => expect(await words(page)).toContain("Release 0.2.0 is verified"));
});
