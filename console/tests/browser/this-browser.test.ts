/**
 * Being told in this browser: asked for in a click, shown by the worker, and led to from there. Push
 * services are somebody else's; what one passes on is handed to the worker as the browser does it.
 */

import type { CDPSession, Page, WebWorker } from "puppeteer-core";
import { expect, test } from "vitest";

import { enter, type House, until, visit, withBrowser, words } from "./house";

withBrowser();

const HERE = "[data-this-browser]";
const SWITCH = '[data-action="this-browser"]';
const ROW = '[data-channel="browser"]';

/** A browser that lets pages notify, with a subscription that a push service would have given. */
async function allowed(house: House, subscribes: boolean): Promise<void> {
  await house.page.browserContext().overridePermissions(house.mock.url, ["notifications"]);
  if (!subscribes) {
    return;
  }
  await house.page.evaluate(() => {
    let held: unknown = null;
    const endpoint = "https://push.example/secret-path";
    const keys = { p256dh: "BPoint", auth: "shared" };
    const subscription = {
      endpoint,
      toJSON: () => ({ endpoint, keys }),
      unsubscribe: () => {
        held = null;
        return Promise.resolve(true);
      },
    };
    Object.assign(PushManager.prototype, {
      getSubscription: () => Promise.resolve(held),
      subscribe: (options: { userVisibleOnly: boolean }) => {
        held = options.userVisibleOnly ? subscription : null;
        return Promise.resolve(subscription);
      },
    });
  });
}

async function stands(page: Page, standing: string): Promise<void> {
  await page.waitForSelector(`[data-this-browser="${standing}"]`);
}

/** The worker, and what hands it a message as the browser does. */
async function workerOf(house: House): Promise<[WebWorker, (data: unknown) => Promise<void>]> {
  const browser = house.page.browser();
  const isOurs = (url: string) => url === `${house.mock.url}/push-worker.js`;
  const target = await browser.waitForTarget(
    (one) => one.type() === "service_worker" && isOurs(one.url()),
  );
  const worker = await target.worker();
  if (!worker) {
    throw new Error("the worker does not run");
  }
  const session = await house.page.createCDPSession();
  const registrationId = await registration(session, house.mock.url);
  const push = async (data: unknown) => {
    await session.send("ServiceWorker.deliverPushMessage", {
      origin: house.mock.url,
      registrationId,
      data: JSON.stringify(data),
    });
  };
  return [worker, push];
}

function registration(session: CDPSession, origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((one) => one.scopeURL === `${origin}/`);
      if (ours) {
        resolve(ours.registrationId);
      }
    });
    session.send("ServiceWorker.enable").catch(reject);
  });
}

/**
 * Has something told, and again where the browser has lost it: Chromium forgets a notification when it
 * is asked for those that are shown in the moment in which this one is put up.
 */
async function told(
  push: (data: unknown) => Promise<void>,
  data: unknown,
  check: () => Promise<void>,
): Promise<void> {
  await until(async () => {
    await push(data);
    await until(check, 2_000);
  });
}

/** Presses a notification. There is no desktop here on which a person could. */
async function press(worker: WebWorker, tag: string): Promise<void> {
  await worker.evaluate(async (wanted) => {
    const here = self as unknown as {
      registration: ServiceWorkerRegistration;
      NotificationEvent: new (name: string, about: { notification: unknown }) => Event;
    };
    const [notification] = await here.registration.getNotifications({ tag: wanted });
    self.dispatchEvent(new here.NotificationEvent("notificationclick", { notification }));
  }, tag);
}

interface Shown {
  title: string;
  body: string;
  tag: string;
  data: unknown;
  silent: boolean | null;
}

function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    const all = (await registration?.getNotifications()) ?? [];
    return all.map(({ title, body, tag, data, silent }) => ({ title, body, tag, data, silent }));
  });
}

test("this browser is told after a click, and not after another one", async () => {
  const house = await enter();
  const { page, mock, problems, strangers } = house;
  await allowed(house, true);
  await visit(page, "/settings/notifications", HERE);
  await stands(page, "off");
  await page.click(SWITCH);
  await stands(page, "on");
  await page.waitForSelector(ROW);
  const row = await words(page, ROW);
  expect(row).toContain("push.example");
  expect(row).toContain("This browser");
  expect(row).not.toContain("secret-path");
  expect(mock.world.channels.at(-1)).toMatchObject({ kind: "browser", language: "en" });
  await page.click(SWITCH);
  await stands(page, "off");
  await page.waitForSelector(ROW, { hidden: true });
  const left = await page.evaluate(() => navigator.serviceWorker.getRegistrations());
  expect(left).toEqual([]);
  expect(problems).toEqual([]);
  expect(strangers).toEqual([]);
}, 60_000);

test("what is pushed is shown, leads to its session, and goes when it is answered", async () => {
  const house = await enter();
  const { page, mock } = house;
  await allowed(house, true);
  await visit(page, "/settings/notifications", HERE);
  await stands(page, "off");
  await page.click(SWITCH);
  await stands(page, "on");
  const [worker, push] = await workerOf(house);
  const waiting = [...mock.world.permissions.values()].find((one) => one.state === "pending");
  const session = waiting?.session_id ?? "";
  const path = `/sessions/${session}`;
  const body = "codex on build-01 asks you something.";
  const question = { body, path, tag: `question:${session}`, language: "en" };
  await told(push, question, async () => expect(await shown(page)).toHaveLength(1));
  expect(await shown(page)).toMatchObject([
    { title: "Gantline", body, tag: `question:${session}`, data: path, silent: true },
  ]);
  // Another one of the same session takes its place.
  const second = { ...question, body: "codex on build-01 asks you 2 things." };
  const again = expect.stringContaining("2 things");
  await told(push, second, async () => expect(await shown(page)).toMatchObject([{ body: again }]));
  await press(worker, `question:${session}`);
  await until(async () => expect(new URL(page.url()).pathname).toBe(path));
  // What lies elsewhere is not gone to.
  const elsewhere = { body, path: "https://evil.example/", tag: "elsewhere" };
  const isElsewhere = [{ tag: "elsewhere" }];
  await told(push, elsewhere, async () => expect(await shown(page)).toMatchObject(isElsewhere));
  await press(worker, "elsewhere");
  await until(async () => expect(await shown(page)).toEqual([]));
  expect(new URL(page.url()).pathname).toBe(path);
  // It goes when it is answered, here as anywhere.
  await told(push, question, async () => expect(await shown(page)).toHaveLength(1));
  await page.locator('::-p-xpath(//button[contains(., "Allow")])').click();
  await until(async () => expect(await shown(page)).toEqual([]));
  // The browser has another address, and tells the server by itself.
  await worker.evaluate(() => {
    const moved = { endpoint: "https://moved.example/secret-path", keys: {} };
    Object.assign(PushManager.prototype, {
      subscribe: () => Promise.resolve({ toJSON: () => moved }),
    });
    self.dispatchEvent(new Event("pushsubscriptionchange"));
  });
  const channel = () => mock.world.channels.find((one) => one.kind === "browser");
  await until(async () => expect(channel()?.host).toBe("moved.example"));
  // Where nobody looks at the console it is heard.
  await page.goto("about:blank");
  const isSilent = () =>
    worker.evaluate(async () => {
      const here = self as unknown as { registration: ServiceWorkerRegistration };
      const [heard] = await here.registration.getNotifications({ tag: "heard" });
      return heard?.silent;
    });
  const heard = { body, path, tag: "heard" };
  await told(push, heard, async () => expect(await isSilent()).toBe(false));
}, 60_000);

test("a browser that cannot be told says why", async () => {
  const house = await enter();
  const { page } = house;
  await allowed(house, false);
  await visit(page, "/settings/notifications", HERE);
  await stands(page, "off");
  // Nobody passes anything on in this house.
  await page.click(SWITCH);
  await until(async () => expect(await words(page, HERE)).toContain("could not subscribe"));
  await stands(page, "off");
  const blocked = await enter({ language: "zh" });
  const session = await blocked.page.createCDPSession();
  await session.send("Browser.setPermission", {
    permission: { name: "notifications" },
    setting: "denied",
    origin: blocked.mock.url,
    browserContextId: blocked.page.browserContext().id ?? "",
  });
  await visit(blocked.page, "/settings/notifications", HERE);
  await stands(blocked.page, "blocked");
  expect(await words(blocked.page, HERE)).toContain("已屏蔽");
}, 60_000);
