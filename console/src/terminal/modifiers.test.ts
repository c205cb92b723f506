// @vitest-environment node
import { expect, test } from "vitest";

import { arrow, NONE, withModifiers } from "./modifiers";

const ESC = "\u001b";

test.each([
  ["c", { ctrl: true, alt: false }, "\u0003"],
  ["C", { ctrl: true, alt: false }, "\u0003"],
  ["[", { ctrl: true, alt: false }, ESC],
  [" ", { ctrl: true, alt: false }, "\0"],
  ["1", { ctrl: true, alt: false }, "1"],
  ["中", { ctrl: true, alt: false }, "中"],
  ["b", { ctrl: false, alt: true }, `${ESC}b`],
  ["c", { ctrl: true, alt: true }, `${ESC}\u0003`],
  ["x", NONE, "x"],
])("%s with %j sends %j", (key, held, expected) => {
  expect(withModifiers(key, held)).toBe(expected);
});

test("arrows follow the mode of the program, and say what is held", () => {
  expect(arrow("up", false, NONE)).toBe(`${ESC}[A`);
  expect(arrow("up", true, NONE)).toBe(`${ESC}OA`);
  expect(arrow("left", true, { ctrl: true, alt: false })).toBe(`${ESC}[1;5D`);
  expect(arrow("right", false, { ctrl: false, alt: true })).toBe(`${ESC}[1;3C`);
});
