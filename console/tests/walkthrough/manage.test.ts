import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import {
  enter,
  fill,
  live,
  press,
  reads,
  until,
  visit,
  visitor,
  withHouse,
  words,
} from "./visitor";

const house = withHouse();

const ROSALIND = "a helix of one's own";

/** Goes to a link that was shown, and chooses a password there. */
async function comeIn(link: string, password: string): Promise<Page> {
  const page = await visitor();
  await page.goto(link);
  await fill(page, 'form.entrance-form input[type="password"]', password);
  await page.click('form.entrance-form button[type="submit"]');
  await live(page);
  return page;
}

/** S45: whoever runs a tenant gets in by the link, and sees nothing of the others. */
test("a tenant is made, its administrator comes in by the link and sees their own and no other", async () => {
  const grace = await enter();
  await grace.click('.frame-side a[href="/manage"]');
  await reads(grace, '[data-card="machine"]', "1 online");
  await reads(grace, '[data-card="users"]', "1 without a second factor");
  await grace.waitForSelector("[data-line]");
  const machine = await grace.$eval(".rig-name", (name) => name.textContent ?? "");

  await visit(grace, "/manage/tenants", "[data-tenant]");
  await press(grace, "New tenant");
  await fill(grace, "#new-tenant input", "Research");
  const [, username, display] = await grace.$$("#new-tenant input");
  await username?.type("rosalind");
  await display?.type("Rosalind Franklin");
  await press(grace, "Make tenant");
  const shown = await grace.waitForSelector(
    "dialog[open] .copy-block code, dialog[open] .copy-line code",
  );
  const link = (await shown?.evaluate((code) => code.textContent)) ?? "";
  expect(link).toContain("/#/welcome/");
  await press(grace, "I have copied it");
  await reads(grace, '[data-tenant="2"]', "Research");

  const rosalind = await comeIn(link, ROSALIND);
  await visit(rosalind, "/manage", "[data-line]");
  await reads(rosalind, '[data-card="machine"]', "none yet");
  await reads(rosalind, '[data-card="users"]', "1 without a second factor");
  const seen = await words(rosalind);
  expect(seen).not.toContain(machine);
  expect(seen).not.toContain("grace");
  await visit(rosalind, "/settings/people", "[data-user]");
  expect((await rosalind.$$("[data-user]")).length).toBe(1);
  for (const path of ["/manage/tenants", "/manage/tenants/1"]) {
    await visit(rosalind, path, "[data-for-administrators]");
  }
  expect(await words(rosalind)).not.toContain(machine);

  await grace.click('[data-tenant="2"] a');
  await reads(grace, "[data-user]", "Rosalind Franklin");
  await press(grace, "Rename");
  await fill(grace, "#tenant-name input", " and more");
  await press(grace, "Save");
  await reads(grace, "h1", "Research and more");
  await press(grace, "Freeze its machines");
  await grace.waitForSelector("#freeze-all");
  const typed = await grace.$$("#freeze-all input");
  await typed.at(-1)?.type("freeze");
  await grace.click("dialog[open] .button-danger");
  await reads(grace, ".banner-warning", "none takes new work");
  expect(await grace.$(".freeze-strip"), "its own machines go on").toBeNull();
  await press(grace, "Unfreeze");
  await grace.waitForSelector("dialog[open]");
  await press(grace, "Unfreeze");
  await grace.waitForSelector(".banner-warning", { hidden: true });
});

/** S39: with the right goes what is shown; what is for administrators says so. */
test("a member is given a right on a machine, and is told whose page the overview is", async () => {
  const { page: lin } = await invited("lin", "Lin", "a horse of another colour");
  await visit(lin, "/manage", "[data-for-administrators]");
  expect(await lin.$('.frame-side a[href="/manage"]')).toBeNull();
  await visit(lin, "/manage/users", "[data-for-administrators]");
  expect(new URL(lin.url()).pathname).toBe("/settings/people");

  const grace = await enter();
  await visit(grace, "/manage/assignments", ".manage-filters");
  await press(grace, "Give a right");
  await grace.waitForSelector("#assign option:nth-child(3)");
  await chooseIn(grace, "#assign .field:nth-of-type(1) select", "Lin (lin)");
  await grace.$eval("#assign .field:nth-of-type(2) select", (select) => {
    const place = select as HTMLSelectElement;
    place.selectedIndex = 1;
    place.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await press(grace, "Give the right");
  await reads(grace, '[data-assigned="lin"]', "Works here");
  await lin.waitForSelector(".rig-name");
  await grace.click('[data-assigned="lin"] .menu-place button');
  await grace.locator("::-p-xpath(//*[@role='menuitem'][contains(., 'Remove')])").click();
  await grace.waitForSelector("dialog[open]");
  await grace.click("dialog[open] .button-danger");
  await grace.waitForSelector('[data-assigned="lin"]', { hidden: true });
  await until(async () => expect(await lin.$(".rig-name")).toBeNull());
});

/** Who looks after a machine freezes it and lets people in there, and manages nothing else. */
test("a machine's administrator looks after that machine, and manages nothing else", async () => {
  const noor = await invited("noor", "Noor", "a third horse altogether");
  const machine = await theMachine();
  await ask(`/api/remote/machines/${machine}/assign`, {
    user_id: noor.account.user_id,
    permission: "admin",
  });
  await noor.page.waitForSelector(".rig-name");
  for (const path of ["/manage", "/manage/assignments", "/settings/keys"]) {
    await visit(noor.page, path, "[data-for-administrators]");
  }
  await visit(noor.page, `/machines/${machine}`, "[data-machine-key]");
  await press(noor.page, "Freeze");
  await noor.page.waitForSelector("#machine-freeze");
  await noor.page.click("dialog[open] .button-danger");
  await reads(noor.page, "main", "Frozen by Noor");
  await press(noor.page, "Unfreeze");
  await reads(noor.page, "main", "Takes new work");

  const ida = await invited("ida", "Ida", "yet another horse of mine");
  await press(noor.page, "Add somebody");
  await fill(noor.page, "#assign input", String(ida.account.number));
  await press(noor.page, "Give the right");
  await reads(noor.page, "main", "Ida");
  await ida.page.waitForSelector(".rig-name");
  expect(await ida.page.$("[data-machine-key]"), "who works there looks after nothing").toBeNull();
});

interface Account {
  user_id: string;
  number: number;
  username: string;
}

/** Asks the server, as its administrator. */
async function ask(path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const answer = await house().ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
  return answer;
}

/** Somebody who was invited and has come in. */
async function invited(username: string, display_name: string, password: string) {
  const made = await ask("/api/users", { username, display_name });
  const { invitation } = (await made.json()) as { invitation: { link: string } };
  const page = await comeIn(invitation.link, password);
  const { users } = (await (await house().ask("/api/users")).json()) as { users: Account[] };
  const account = users.find((one) => one.username === username);
  if (account === undefined) {
    throw new Error(`${username} is no account`);
  }
  return { page, account };
}

/** The only machine. */
async function theMachine(): Promise<string> {
  const answer = await house().ask("/api/remote/machines");
  const { machines } = (await answer.json()) as { machines: { machine_id: string }[] };
  return machines[0]?.machine_id ?? "";
}

test("a registration token that nobody will use is revoked", async () => {
  const grace = await enter();
  const made = await ask("/api/remote/machines/register", {});
  const { registration_token } = (await made.json()) as { registration_token: string };
  await visit(grace, "/manage/registration-tokens", '[data-enrolment="open"]');
  expect(await words(grace)).not.toContain(registration_token);
  await press(grace, "Revoke");
  await grace.waitForSelector("dialog[open]");
  await press(grace, "Revoke");
  await grace.waitForSelector("[data-no-tokens]");
  const late = await house().ask("/api/remote/agent/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      registration_token,
      public_key: "11".repeat(32),
      machine_name: "late",
    }),
  });
  expect(late.status).toBe(401);
});

/** Chooses what has these words. */
async function chooseIn(page: Page, selector: string, label: string): Promise<void> {
  const value = await page.$eval(
    selector,
    (select, wanted) =>
      [...(select as HTMLSelectElement).options].find((one) => one.label === wanted)?.value ?? "",
    label,
  );
  await page.select(selector, value);
}
