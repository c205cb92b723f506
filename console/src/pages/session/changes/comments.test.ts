import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";

import { rowsOf } from "../../../diff/hunks";
import type { Row } from "../../../diff/rows";
import { commentOn, commentsOf, placeOf, promptOf, putComments } from "./comments";

const hunk = (text: string, start = 1) =>
  rowsOf({
    old_start: start,
    new_start: start,
    heading: "",
    lines: text.split("\n").map((line) => ({
      kind: line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same",
      text: line.slice(1),
    })),
  });

const ROWS = hunk(" a\n-b\n+B\n+C\n d", 10);

beforeEach(() => putComments("ada", "s", []));

test("lines are numbered as they are in their file", () => {
  const numbers = ROWS.map((row) => [row.oldLine, row.newLine]);
  expect(numbers).toEqual([
    [10, 10],
    [11, null],
    [null, 11],
    [null, 12],
    [12, 13],
  ]);
});

test("a comment knows its lines, of the file as it is or as it was", () => {
  const added = commentOn("f", ROWS, [1, 3], "why?");
  expect(added).toMatchObject({ first: 11, last: 12, isRemoved: false });
  expect(added.quote.map((line) => line.text)).toEqual(["b", "B", "C"]);
  const removed = commentOn("f", ROWS, [1, 1], "keep it");
  expect(removed).toMatchObject({ first: 11, last: 11, isRemoved: true });
});

test("a comment is found where its lines have moved to, the nearest of them", () => {
  const comment = commentOn("f", ROWS, [2, 3], "x");
  expect(placeOf(comment, ROWS)).toBe(3);
  const moved: Row[] = [...hunk(" n\n+n", 10), ...hunk("+B\n+C", 12), ...hunk("+B\n+C", 90)];
  expect(placeOf(comment, moved)).toBe(3);
  expect(placeOf(comment, hunk("+B\n c\n+C"))).toBeNull();
  expect(placeOf(comment, hunk(" B\n C"))).toBeNull();
});

test("a comment is found in the rows that it was made of", () => {
  const line = fc.constantFrom(" a", " b", "+a", "+b", "-a");
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      fc.nat(3),
      (lines, at, more) => {
        const rows = hunk(lines.join("\n"));
        const from = at % rows.length;
        const to = Math.min(rows.length - 1, from + more);
        const comment = commentOn("f", rows, [from, to], "x");
        const place = placeOf(comment, rows);
        expect(place).not.toBeNull();
        const said = comment.quote.map((one) => one.text);
        const found = rows.slice((place ?? 0) - said.length + 1, (place ?? 0) + 1);
        expect(found.map((row) => row.parts.map((part) => part.text).join(""))).toEqual(said);
      },
    ),
  );
});

test("all comments are one prompt, with where, what and why", () => {
  const words = {
    intro: "Look:",
    removed_place: (path: string) => `${path}, removed`,
    was_changed: "(gone)",
  };
  const comments = [commentOn("f", ROWS, [2, 3], "use D"), commentOn("f", ROWS, [1, 1], "keep")];
  const prompt = promptOf(comments, new Set([comments[1]?.id ?? ""]), words);
  expect(prompt).toBe(
    "Look:\n\n1. f:11-12\n> + B\n> + C\nuse D\n\n2. f, removed (gone)\n> - b\nkeep",
  );
});

test("comments are kept by whose they are and on what", () => {
  const comment = commentOn("f", ROWS, [2, 2], "x");
  putComments("ada", "s", [comment]);
  expect(commentsOf("ada", "s")).toEqual([comment]);
  expect(commentsOf("bob", "s")).toEqual([]);
  expect(commentsOf("ada", "t")).toEqual([]);
  expect(localStorage.getItem("gantline.comments")).toContain('"x"');
  putComments("ada", "s", []);
  expect(localStorage.getItem("gantline.comments")).toBeNull();
});
