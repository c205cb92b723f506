import { expect, test } from "vitest";

import { asksNobody, optionsOf, type PolicyWish } from "./policy";

const NOTHING: PolicyWish = {
  preset: "ask",
  mode: "",
  only: [],
  never: [],
  auth: "",
  unasked: "",
  maxTurns: "",
};

test("what was not chosen is left to the preset", () => {
  expect(optionsOf(NOTHING)).toEqual({ permission_preset: "ask" });
});

test("every dimension is said as the interface spells it", () => {
  const wish: PolicyWish = {
    preset: "dev-default",
    mode: "deny-all",
    only: ["Read", "Bash"],
    never: ["Bash"],
    auth: "skip",
    unasked: "fail",
    maxTurns: "12",
  };
  expect(optionsOf(wish)).toEqual({
    permission_preset: "dev-default",
    permissions: "deny-all",
    allowed_tools: ["Read", "Bash"],
    denied_tools: ["Bash"],
    auth_policy: "skip",
    non_interactive_permissions: "fail",
    max_turns: 12,
  });
});

test.each(["", "0", "-3", "many"])("%j is no limit of turns", (maxTurns) => {
  expect(optionsOf({ ...NOTHING, maxTurns }).max_turns).toBeUndefined();
});

test("a mode of one's own is stronger than the preset", () => {
  expect(asksNobody({ ...NOTHING, preset: "full-auto" })).toBe(true);
  expect(asksNobody({ ...NOTHING, preset: "full-auto", mode: "approve-reads" })).toBe(false);
  expect(asksNobody({ ...NOTHING, mode: "approve-all" })).toBe(true);
});
