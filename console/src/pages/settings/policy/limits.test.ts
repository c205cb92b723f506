import { expect, test } from "vitest";

import { changeOf, isTyped, typed } from "./limits";

const LIMITS = { idle_limit_s: 90, max_sessions_per_user: 3 };

test("what was not touched is left out, and what was emptied is lifted", () => {
  const texts = typed(LIMITS);
  expect(texts).toEqual({
    idle_limit_s: "1.5",
    max_turns: "",
    max_sessions_per_machine: "",
    max_sessions_per_user: "3",
  });
  expect(changeOf(LIMITS, texts)).toEqual({});
  const change = { ...texts, idle_limit_s: "30", max_turns: " 50 ", max_sessions_per_user: "" };
  expect(changeOf(LIMITS, change)).toEqual({
    idle_limit_s: 1800,
    max_turns: 50,
    max_sessions_per_user: null,
  });
});

test("what is no number, none at all or in the middle of two is no limit", () => {
  for (const text of ["0", "-1", "five", "1e3", "１"]) {
    expect(isTyped(text), text).toBe(false);
    expect(changeOf(LIMITS, { ...typed(LIMITS), max_turns: text }), text).toBeNull();
  }
  expect(changeOf(LIMITS, { ...typed(LIMITS), max_turns: "1.5" })).toBeNull();
});
