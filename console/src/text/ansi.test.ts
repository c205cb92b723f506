// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { plain, spans } from "./ansi";

test("colours become styles, and end where they end", () => {
  expect(spans("a\u001b[1;31mb\u001b[0mc")).toEqual([
    { text: "a", styles: [] },
    { text: "b", styles: ["bold", "red"] },
    { text: "c", styles: [] },
  ]);
});

test("numbers of a longer colour are not taken for other styles", () => {
  expect(spans("\u001b[38;5;1;4mx")[0]?.styles).toEqual(["underline"]);
  expect(spans("\u001b[48;2;1;2;3mx")[0]?.styles).toEqual([]);
});

/** S102: outside a terminal, nothing of what a terminal would obey is left. */
test.each([
  ["\u001b]0;title\u0007text", "text"],
  ["\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u001b]52;c;ZXZpbA==\u0007x", "x"],
  ["\u001bP$qm\u001b\\x", "x"],
  ["\u001b[2J\u001b[Hx", "x"],
  ["\u009b31mred", "red"],
  ["a\u202eb\u200bc", "abc"],
  ["50%\r100%\ndone", "100%\ndone"],
  ["line\r\nnext", "line\nnext"],
  ["\u001b]unfinished", ""],
])("%j becomes %j", (output, expected) => {
  expect(plain(output)).toBe(expected);
});

test("no control character is ever left", () => {
  const odd = fc.string({
    unit: fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "m",
      "0",
      ";",
      "\u0007",
      "\r",
      "\n",
      "a",
      "\u009b",
      "P",
      "\\",
    ),
  });
  fc.assert(
    fc.property(odd, (output) => {
      for (const character of plain(output)) {
        const code = character.codePointAt(0) ?? 0;
        expect(
          code === 0x0a || code === 0x09 || (code >= 0x20 && !(code >= 0x7f && code <= 0x9f)),
        ).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
