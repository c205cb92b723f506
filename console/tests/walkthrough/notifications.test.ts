import type { Page, WebWorker } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type PassingOn, pushService } from "./push-service";
import { startChat } from "./sessions";
import { enter, KNOWN_HOSTS, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

const CANARY = "canary-of-what-is-done";
const HERE = "[data-this-browser]";
const SWITCH = '[data-action="this-browser"]';

let service: PassingOn;

/** Push services are somebody else's: this one is ours, and the server is told to trust it. */
beforeAll(async () => {
  service = await pushService();
  KNOWN_HOSTS.add(service.host);
  await house().interrupt();
  house().add(["--trusted-webhook", service.host]);
  await house().start();
});

afterAll(() => service.close());

/** The browser lets this page notify, and its push service is ours. */
async function allowed(page: Page): Promise<void> {
  await page.browserContext().overridePermissions(house().url, ["notifications"]);
  await page.exposeFunction("subscribedWith", (key: string) => {
    service.subscribedWith = key;
  });
  await page.evaluate((given) => {
    const subscription = {
      ...given,
      toJSON: () => given,
      unsubscribe: () => Promise.resolve(true),
    };
    let held: typeof subscription | null = null;
    Object.assign(PushManager.prototype, {
      getSubscription: () => Promise.resolve(held),
      subscribe: async (options: { applicationServerKey: string }) => {
        const told = window as unknown as { subscribedWith(key: string): Promise<void> };
        await told.subscribedWith(options.applicationServerKey);
        held = subscription;
        return held;
      },
    });
  }, service.subscription);
}

/** Hands the worker a message as the browser does. */
async function deliver(page: Page, message: unknown): Promise<WebWorker> {
  const target = await page
    .browser()
    .waitForTarget((one) => one.type() === "service_worker" && one.url().startsWith(house().url));
  const session = await page.createCDPSession();
  const registrationId = await new Promise<string>((resolve, reject) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((one) => one.scopeURL === `${house().url}/`);
      if (ours) {
        resolve(ours.registrationId);
      }
    });
    session.send("ServiceWorker.enable").catch(reject);
  });
  const data = JSON.stringify(message);
  await session.send("ServiceWorker.deliverPushMessage", {
    origin: house().url,
    registrationId,
    data,
  });
  const worker = await target.worker();
  if (!worker) {
    throw new Error("the worker does not run");
  }
  return worker;
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    const all = (await registration?.getNotifications()) ?? [];
    return all.map(({ body, tag }) => ({ body, tag }));
  });

test("a question reaches the browser, which alone reads it, and leads to the session", async () => {
  const page = await enter();
  await allowed(page);
  await visit(page, "/settings/notifications", HERE);
  await page.waitForSelector('[data-this-browser="off"]');
  await page.click(SWITCH);
  await page.waitForSelector('[data-this-browser="on"]');

  const session = await startChat(page, `/write ${CANARY}.txt ${CANARY}`);
  await page.waitForSelector('.permission[data-state="pending"]');
  await visit(page, "/settings/notifications", HERE);
  const passed = await service.next();
  expect(passed).toMatchObject({
    ttl: "14400",
    urgency: "high",
    audience: `http://${service.host}`,
  });
  expect(passed.topic).toMatch(/^[\w-]{32}$/);
  expect(passed.message).toMatchObject({
    path: `/sessions/${session}`,
    tag: `question:${session}`,
  });
  expect(passed.message.body).toContain("asks you something");
  expect(JSON.stringify(passed)).not.toContain(CANARY);
  await until(async () => {
    await visit(page, "/settings/account", ".settings-body");
    await visit(page, "/settings/notifications", '[data-channel="browser"]');
    expect(await words(page, '[data-channel="browser"]')).toContain("delivered");
  });

  const worker = await deliver(page, passed.message);
  const { body, tag } = passed.message;
  await until(async () => expect(await shown(page)).toEqual([{ body, tag }]));
  await worker.evaluate(async () => {
    const here = self as unknown as {
      registration: ServiceWorkerRegistration;
      NotificationEvent: new (name: string, about: { notification: unknown }) => Event;
    };
    const [notification] = await here.registration.getNotifications();
    self.dispatchEvent(new here.NotificationEvent("notificationclick", { notification }));
  });
  await page.waitForSelector('.permission[data-state="pending"] [data-action="allow_once"]');
  expect(new URL(page.url()).pathname).toBe(`/sessions/${session}`);

  // Signing out ends it: there is no such channel any more.
  const left = await page.evaluate(async () => {
    await fetch("/api/auth/logout", { method: "POST" });
    return (await navigator.serviceWorker.getRegistrations()).length;
  });
  expect(left).toBe(1);
  const again = await enter();
  const listed = await again.evaluate(async () =>
    (await fetch("/api/notification-channels")).json(),
  );
  expect(listed.channels).toEqual([]);
});
