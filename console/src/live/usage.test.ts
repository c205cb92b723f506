import { expect, test } from "vitest";

import type { SessionUsage } from "../api/types";
import { NOTHING } from "../pages/usage/series";
import { UsageStore } from "./usage";

function used(calls: number, estimated = 0, session = "s"): SessionUsage {
  return { ...NOTHING, session_id: session, calls, estimated_calls: estimated };
}

test("an answer that was under way does not undo what was told since", () => {
  const store = new UsageStore();
  store.hear(used(3, 1));
  store.put(used(2));
  expect(store.all.value.get("s")?.calls).toBe(3);
  store.hear(used(3, 0));
  store.put(used(3, 1));
  expect(store.all.value.get("s")?.estimated_calls).toBe(0);
  expect(store.told.value).toBe(2);
});

test("what nobody has asked for in a long time is forgotten first", () => {
  const store = new UsageStore();
  for (let index = 0; index < 300; index++) {
    store.put(used(1, 0, `s${index}`));
  }
  store.put(used(2, 0, "s0"));
  store.put(used(1, 0, "another"));
  expect(store.all.value.size).toBe(300);
  expect(store.all.value.has("s0")).toBe(true);
  expect(store.all.value.has("s1")).toBe(false);
});
