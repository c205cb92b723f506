/**
 * What this browser runs when it is told something, whether or not a page of the console is open. It
 * keeps nothing and answers no request: the console itself is never taken from here.
 */

/** What the server tells, encrypted for this browser alone. */
interface Pushed {
  body: string;
  path: string;
  tag: string;
  language: string;
}

/** The parts of a worker's surroundings that are used: the types of pages do not know them. */
interface WorkerPage {
  readonly visibilityState: DocumentVisibilityState;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Surroundings {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<WorkerPage[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(
    name: "push",
    act: (event: Lasting & { data: { json(): unknown } | null }) => void,
  ): void;
  addEventListener(
    name: "notificationclick",
    act: (event: Lasting & { notification: Notification }) => void,
  ): void;
  addEventListener(
    name: "pushsubscriptionchange",
    act: (event: Lasting & { oldSubscription?: PushSubscription | null }) => void,
  ): void;
}

const worker = self as unknown as Surroundings;

const CHANNELS = "/api/notification-channels";

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? "/")));
});
worker.addEventListener("pushsubscriptionchange", (event) =>
  event.waitUntil(subscribeAgain(event.oldSubscription?.options)),
);

function read(data: { json(): unknown } | null): Pushed {
  const nothing = { body: "", path: "/", tag: "", language: "" };
  try {
    return { ...nothing, ...(data?.json() as Partial<Pushed>) };
  } catch {
    return nothing;
  }
}

/** Something is always shown, as browsers demand; without a sound to whoever looks at the console. */
async function show({ body, path, tag, language }: Pushed): Promise<void> {
  const isLookedAt = (await pages()).some(isSeen);
  await worker.registration.showNotification("Gantline", {
    body,
    tag,
    lang: language,
    silent: isLookedAt,
    icon: "/favicon.svg",
    data: path,
  });
}

/** A page that is there already is brought to the front, and goes there without being loaded anew. */
async function open(path: string): Promise<void> {
  const { href, origin, pathname } = new URL(path, location.origin);
  if (origin !== location.origin) {
    return;
  }
  const all = await pages();
  const page = all.find(isSeen) ?? all[0];
  if (!page) {
    await worker.clients.openWindow(href);
    return;
  }
  page.postMessage({ go: pathname });
  await page.focus();
}

function isSeen(page: WorkerPage): boolean {
  return page.visibilityState === "visible";
}

function pages(): Promise<WorkerPage[]> {
  return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** The browser has another address now. A browser that was removed meanwhile does not come back. */
async function subscribeAgain(before: PushSubscriptionOptions | undefined): Promise<void> {
  const answer = await fetch(CHANNELS);
  const { browsers } = (await answer.json()) as {
    browsers?: { application_server_key: string; this_one?: string | null };
  };
  if (!browsers?.this_one) {
    return;
  }
  const key = before?.applicationServerKey ?? browsers.application_server_key;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (await worker.registration.pushManager.subscribe(options)).toJSON();
  await fetch(`${CHANNELS}/browser`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ endpoint, p256dh: keys?.p256dh, auth: keys?.auth }),
  });
}
