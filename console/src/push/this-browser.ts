/** Whether this browser is told what waits, also while no page is open; and changing that. */

import { deleteChannel, putBrowser } from "../api/notifications";
import type { BrowserFacts, ChannelView, NoticeLanguage } from "../api/types";

/**
 * How it stands with this browser: whether the page is one that may be told, whether the browser can
 * do it and its user lets it, and whether it does.
 */
export type Standing = "insecure" | "unsupported" | "blocked" | "off" | "on";

/** Why it could not be switched on: the reason stands in the words for it. */
export class CannotBeTold extends Error {
  override readonly name = "CannotBeTold";

  constructor(
    readonly why: "blocked" | "dismissed" | "no_service",
    detail = "",
  ) {
    super(detail);
  }
}

const WORKER = "/push-worker.js";

/** What can be known without asking anybody. */
export async function standing(
  facts: BrowserFacts,
  channels: readonly ChannelView[],
): Promise<Standing> {
  if (!window.isSecureContext) {
    return "insecure";
  }
  const isAble = "PushManager" in window && "Notification" in window && navigator.serviceWorker;
  if (!isAble) {
    return "unsupported";
  }
  if (Notification.permission === "denied") {
    return "blocked";
  }
  const channel = channels.find((one) => one.id === facts.this_one);
  let subscription: PushSubscription | null;
  try {
    subscription = await subscribed();
  } catch {
    // Some browsers have all of it and refuse it, as in private windows.
    return "unsupported";
  }
  const isOn = channel?.state === "on" && Notification.permission === "granted";
  return isOn && subscription && isFor(subscription, facts) ? "on" : "off";
}

/** To be called in a click: it asks the user, and browsers let nobody ask otherwise. */
export async function switchOn(
  facts: BrowserFacts,
  name: string,
  language: NoticeLanguage,
): Promise<ChannelView> {
  const answer = await Notification.requestPermission();
  if (answer !== "granted") {
    throw new CannotBeTold(answer === "denied" ? "blocked" : "dismissed");
  }
  const subscription = await subscribe(facts);
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys;
  return putBrowser({ endpoint, p256dh, auth, name, language });
}

/** The server forgets it first: whatever the browser does then, nothing is told any more. */
export async function switchOff(facts: BrowserFacts): Promise<void> {
  if (facts.this_one) {
    await deleteChannel(facts.this_one);
  }
  const registration = await navigator.serviceWorker.getRegistration("/");
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  await registration?.unregister();
}

async function subscribe(facts: BrowserFacts): Promise<PushSubscription> {
  await navigator.serviceWorker.register(WORKER, { scope: "/", updateViaCache: "none" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const known = await pushManager.getSubscription();
  if (known && isFor(known, facts)) {
    return known;
  }
  // It belongs to another server that was here before.
  await known?.unsubscribe();
  try {
    const applicationServerKey = facts.application_server_key;
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch (error) {
    throw new CannotBeTold("no_service", error instanceof Error ? error.message : String(error));
  }
}

async function subscribed(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Whether it was made for this server's key. A browser that does not say is believed. */
function isFor(subscription: PushSubscription, facts: BrowserFacts): boolean {
  const key = subscription.options?.applicationServerKey;
  return !key || base64Url(new Uint8Array(key)) === facts.application_server_key;
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
