// @vitest-environment node
import { expect, test } from "vitest";

import { commandPrefix, matching } from "./completion";

test.each([
  ["/", 1, ""],
  ["/com", 4, "com"],
  ["/com", 2, "c"],
  ["/compact now", 12, null],
  [" /com", 5, null],
  ["see /etc", 8, null],
  ["/etc/passwd", 11, null],
  ["", 0, null],
])("in %j at %i, the command begun is %j", (text, cursor, expected) => {
  expect(commandPrefix(text, cursor)).toBe(expected);
});

test("what begins so comes before what contains it", () => {
  const commands = ["preview", "review", "REVERT"].map((name) => ({ name, description: "" }));
  expect(matching(commands, "rev").map((command) => command.name)).toEqual([
    "review",
    "REVERT",
    "preview",
  ]);
});
