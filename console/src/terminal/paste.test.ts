// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { onOneLine, pasteable, runsLines } from "./paste";

/** S108: what is pasted cannot leave the brackets that a program puts around it. */
test.each([
  ["ls\u001b[201~\nrm -rf /", "ls[201~\nrm -rf /"],
  ["a\u009b201~b", "a201~b"],
  ["one\r\ntwo\rthree", "one\ntwo\nthree"],
  ["tab\there\u0003\u0000", "tab\there"],
  ["中文 🙂", "中文 🙂"],
])("%j is pasted as %j", (text, expected) => {
  expect(pasteable(text)).toBe(expected);
});

test("no escape sequence survives", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
      return !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(pasteable(text));
    }),
  );
});

test("several lines are asked about where each would run at once", () => {
  expect(runsLines("ls\nrm x", false)).toBe(true);
  expect(runsLines("ls\n", false)).toBe(false);
  expect(runsLines("ls\nrm x", true)).toBe(false);
});

test("lines can become one", () => {
  expect(onOneLine("for x in *; do\n  echo $x\n\ndone\n")).toBe("for x in *; do echo $x done");
});
