import { expect, test } from "vitest";

import { join, languageOf, nameOf, parentOf, wayTo } from "./place";

test("a path is taken apart and put together", () => {
  expect([join("", "a"), join("a/b", "c")]).toEqual(["a", "a/b/c"]);
  expect([nameOf("a/b"), nameOf("b"), parentOf("a/b"), parentOf("b")]).toEqual(["b", "b", "a", ""]);
  expect(wayTo("a/文")).toEqual([
    { name: "a", path: "a" },
    { name: "文", path: "a/文" },
  ]);
  expect(wayTo("")).toEqual([]);
});

test("a name tells the language, or not", () => {
  expect(["src/a.RS", "b.py", "Makefile", ".bashrc"].map(languageOf)).toEqual([
    "rust",
    "python",
    "",
    "bashrc",
  ]);
});
