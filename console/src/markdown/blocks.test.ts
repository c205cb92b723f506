// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { BlockReader } from "./blocks";
import { mend } from "./mend";

const LONG = `# Title

Some **bold** words and \`code\`, a [link](https://example.com/a_b).

1. one
2. two

   more of two

\`\`\`ts
const a = "**not bold**";
\`\`\`

| a | b |
| - | - |
| 1 | 2 |

> quoted

Last paragraph with _emphasis_.
`;

function raws(text: string, isOpen: boolean, reader = new BlockReader()): string[] {
  return reader.read(text, isOpen).map((token) => token.raw);
}

test("read piece by piece, the end is the same as read at once", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (steps) => {
      const reader = new BlockReader();
      let end = 0;
      for (const step of steps) {
        end = Math.min(LONG.length, end + step);
        reader.read(LONG.slice(0, end), true);
      }
      expect(raws(LONG, false, reader)).toEqual(raws(LONG, false));
    }),
    { numRuns: 100 },
  );
});

/** Streaming must not jump: what stands above the last blocks stays as it is. */
test("a block that is followed by two others does not change any more", () => {
  const reader = new BlockReader();
  let before: string[] = [];
  for (let end = 1; end <= LONG.length; end++) {
    const now = raws(LONG.slice(0, end), true, reader);
    const settled = before.slice(0, Math.max(0, before.length - 2));
    expect(now.slice(0, settled.length)).toEqual(settled);
    before = now;
  }
});

test("another text is read from its beginning", () => {
  const reader = new BlockReader();
  reader.read("one\n\ntwo\n\nthree\n\nfour", true);
  expect(raws("other", true, reader)).toEqual(["other"]);
});

test.each([
  ["some **bo", "some **bo**"],
  ["some **bold** wo", "some **bold** wo"],
  ["some **", "some **"],
  ["run `npm i", "run `npm i`"],
  ["see [the docs](https://exam", "see the docs"],
  ["see [the do", "see the do"],
  ["a list:\n- [ ] x", "a list:\n- [ ] x"],
  ["```ts\nconst a = `x", "```ts\nconst a = `x"],
  ["done **a**\n\nnew `b", "done **a**\n\nnew `b`"],
])("%j is shown as %j while it grows", (text, expected) => {
  expect(mend(text)).toBe(expected);
});
