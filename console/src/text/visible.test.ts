// @vitest-environment node
import { expect, test } from "vitest";

import { oneLine, someLines, stretches } from "./visible";

/** S30: what a person is asked about shows the characters that would hide something. */
test.each([
  ["rm -rf /\u001b[8m safe", "rm -rf /\\e[8m safe"],
  ["a\u202eb", "a\\u{202e}b"],
  ["a\u200bb", "a\\u{200b}b"],
  ["a\u00a0b", "a\\u{a0}b"],
  ["a\u2066b\u2069", "a\\u{2066}b\\u{2069}"],
  ["tag \u{e0041}", "tag \\u{e0041}"],
  ["nul\0", "nul\\0"],
  ["plain text, 中文, emoji 🙂", "plain text, 中文, emoji 🙂"],
])("%j is shown as %j", (text, expected) => {
  expect(oneLine(text)).toBe(expected);
});

test("line breaks are seen in one line and kept in several", () => {
  expect(oneLine("a\nb\tc")).toBe("a⏎b c");
  expect(someLines("a\nb\tc")).toBe("a\nb\tc");
});

test("a long text ends in an ellipsis", () => {
  expect(oneLine("x".repeat(500))).toHaveLength(301);
});

test("marks stand apart, and together the stretches are the whole text", () => {
  expect(stretches("a\u202eb\nc")).toEqual([
    { text: "a", isMark: false },
    { text: "\\u{202e}", isMark: true },
    { text: "b\nc", isMark: false },
  ]);
  expect(stretches("")).toEqual([]);
});
