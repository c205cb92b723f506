import { afterEach, expect, test, vi } from "vitest";

import type { BrowserFacts, ChannelView } from "../api/types";
import { standing } from "./this-browser";

const FACTS: BrowserFacts = { application_server_key: "AQID", at_most: 10, this_one: "here" };

const CHANNEL: ChannelView = {
  id: "here",
  name: "Firefox",
  kind: "browser",
  host: "push.example",
  events: ["question"],
  shortest_turn_s: 60,
  language: "en",
  state: "on",
  created_at: "2026-01-01T00:00:00Z",
};

afterEach(() => vi.unstubAllGlobals());

/** A browser with everything that is needed, and a subscription for this key. */
function able(permission: NotificationPermission, key: readonly number[] | null): void {
  const options = { applicationServerKey: new Uint8Array(key ?? []).buffer };
  const getSubscription = () => Promise.resolve(key === null ? null : { options });
  const registration = { pushManager: { getSubscription } };
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("Notification", { permission });
  vi.stubGlobal("navigator", {
    serviceWorker: { getRegistration: () => Promise.resolve(registration) },
  });
}

test("a page that is not encrypted says so before anything else", async () => {
  vi.stubGlobal("isSecureContext", false);
  expect(await standing(FACTS, [])).toBe("insecure");
});

test("a browser without push services says so", async () => {
  vi.stubGlobal("isSecureContext", true);
  expect(await standing(FACTS, [])).toBe("unsupported");
});

test.each([
  ["denied", [1, 2, 3], "blocked"],
  ["default", [1, 2, 3], "off"],
  ["granted", null, "off"],
  // Another server was here before, with another key.
  ["granted", [3, 2, 1], "off"],
  ["granted", [1, 2, 3], "on"],
] as const)("a permission that is %s with the key %s is %s", async (permission, key, expected) => {
  able(permission, key);
  expect(await standing(FACTS, [CHANNEL])).toBe(expected);
});

test("a browser that refuses what it has cannot be told", async () => {
  able("granted", [1, 2, 3]);
  const getRegistration = () => Promise.reject(new Error("The operation is insecure."));
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration } });
  expect(await standing(FACTS, [CHANNEL])).toBe("unsupported");
  vi.stubGlobal("navigator", {});
  expect(await standing(FACTS, [CHANNEL])).toBe("unsupported");
});

test("a browser that was put off or removed is not told", async () => {
  able("granted", [1, 2, 3]);
  expect(await standing(FACTS, [{ ...CHANNEL, state: "put_off" }])).toBe("off");
  expect(await standing(FACTS, [])).toBe("off");
});
