import { expect, test } from "vitest";

import type { SessionPresence } from "../api/types";
import { PresenceStore } from "./presence";

const since = "2026-01-01T00:00:00Z";

function there(session_id: string, ...names: string[]): SessionPresence {
  const people = names.map((name) => ({ user_id: name, display_name: name, since }));
  return { session_id, people };
}

const names = (store: PresenceStore, id: string) =>
  store.all.value.get(id)?.map((one) => one.display_name);

test("an answer that was overtaken by what was told is left out", async () => {
  const store = new PresenceStore();
  await store.ask(async () => there("one", "Ada"));
  expect(names(store, "one")).toEqual(["Ada"]);
  await store.ask(async () => {
    store.hear(there("one"));
    return there("one", "Ada", "Ben");
  });
  expect(names(store, "one")).toEqual([]);
});

test("of many sessions the oldest are forgotten", () => {
  const store = new PresenceStore();
  for (let at = 0; at <= 100; at += 1) {
    store.hear(there(`session ${at}`, "Ada"));
  }
  expect(store.all.value.size).toBe(100);
  expect(names(store, "session 0")).toBeUndefined();
  expect(names(store, "session 100")).toEqual(["Ada"]);
});
