// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { fold, sideBySide } from "./layout";
import { changes, type Row } from "./rows";

const anyText = fc
  .array(fc.constantFrom("a", "b", "c", "let x = 1;", "let x = 2;", "", "  }"), { maxLength: 30 })
  .map((lines) => lines.join("\n"));

function text(rows: readonly Row[], without: Row["kind"]): string {
  return rows
    .filter((row) => row.kind !== without)
    .map((row) => row.parts.map((part) => part.text).join(""))
    .join("\n");
}

function withoutLastBreak(words: string): string {
  return words.endsWith("\n") ? words.slice(0, -1) : words;
}

test("both texts can be read from the rows", () => {
  fc.assert(
    fc.property(anyText, anyText, (before, after) => {
      const { rows, added, removed } = changes(before, after);
      expect(text(rows, "add")).toBe(withoutLastBreak(before));
      expect(text(rows, "del")).toBe(withoutLastBreak(after));
      expect(rows.filter((row) => row.kind === "add")).toHaveLength(added);
      expect(rows.filter((row) => row.kind === "del")).toHaveLength(removed);
    }),
    { numRuns: 300 },
  );
});

test("lines are numbered from one without gaps", () => {
  fc.assert(
    fc.property(anyText, anyText, (before, after) => {
      const { rows } = changes(before, after);
      const old = rows.flatMap((row) => row.oldLine ?? []);
      const fresh = rows.flatMap((row) => row.newLine ?? []);
      expect(old).toEqual(old.map((_, index) => index + 1));
      expect(fresh).toEqual(fresh.map((_, index) => index + 1));
    }),
  );
});

test("what differs inside a line is marked, the rest is not", () => {
  const { rows } = changes("const limit = 30;\n", "const limit = config.limit;\n");
  const marked = rows.map((row) => row.parts.filter((part) => part.isChanged).map((p) => p.text));
  expect(marked.map((parts) => parts.join(""))).toEqual(["30", "config.limit"]);
});

test("lines that have nothing in common are not marked word by word", () => {
  const { rows } = changes("alpha beta gamma\n", "one two three\n");
  expect(rows.every((row) => row.parts.length === 1)).toBe(true);
});

test("a line break at the end that comes or goes is said", () => {
  expect(changes("a", "a\n").ending).toBe("gained");
  expect(changes("a\n", "a").ending).toBe("lost");
  expect(changes("", "a\n").ending).toBe("same");
  expect(changes("", "a").ending).toBe("missing");
});

test("texts that are too different are replaced as a whole, in time", () => {
  const noise = (seed: number) =>
    Array.from({ length: 40_000 }, (_, index) => `${(index * seed) % 7919}-${index}`).join("\n");
  const begin = performance.now();
  const { rows } = changes(noise(31), noise(37));
  expect(performance.now() - begin).toBeLessThan(5000);
  expect(rows.length).toBeGreaterThan(0);
});

test("folding hides only what did not change, and nothing twice", () => {
  fc.assert(
    fc.property(anyText, anyText, fc.array(fc.nat(30)), (before, after, opened) => {
      const { rows } = changes(before, after);
      const blocks = fold(rows, new Set(opened));
      expect(blocks.flatMap((block) => block.rows)).toEqual(rows);
      for (const block of blocks.filter((one) => one.kind === "fold")) {
        expect(block.rows.every((row) => row.kind === "same")).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("three lines around a change stay in sight", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const after = lines.map((line, index) => (index === 15 ? "changed" : line));
  const blocks = fold(changes(lines.join("\n"), after.join("\n")).rows, new Set());
  expect(blocks.map((block) => [block.kind, block.rows.length])).toEqual([
    ["fold", 12],
    ["rows", 8],
    ["fold", 11],
  ]);
});

test("side by side, every row stands once on each side that it belongs to", () => {
  fc.assert(
    fc.property(anyText, anyText, (before, after) => {
      const { rows } = changes(before, after);
      const pairs = sideBySide(rows);
      expect(pairs.flatMap(([left]) => left ?? [])).toEqual(
        rows.filter((row) => row.kind !== "add"),
      );
      expect(pairs.flatMap(([, right]) => right ?? [])).toEqual(
        rows.filter((row) => row.kind !== "del"),
      );
    }),
  );
});
