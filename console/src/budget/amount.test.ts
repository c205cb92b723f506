import { expect, test } from "vitest";

import { amountOf, readAmount } from "./amount";

test.each([
  ["cost", "5", 5],
  ["cost", " $ 2.50 ", 2.5],
  ["cost", "+5", 5],
  ["tokens", "1M", 1_000_000],
  ["tokens", "200k", 200_000],
  ["tokens", "1,000,000", 1_000_000],
  ["tokens", "0.5", null],
  ["requests", "20", 20],
  ["cost", "", null],
  ["cost", "0", null],
  ["cost", "-5", null],
  ["cost", "five", null],
  ["cost", "1e9", null],
] as const)("%s: what is typed as %j is %j", (measure, text, amount) => {
  expect(readAmount(measure, text)).toBe(amount);
});

test("amounts say what they are amounts of", () => {
  expect(amountOf("cost", 19.8)).toBe("$19.80");
  expect(amountOf("tokens", 1_000_000)).toBe("1,000,000 tokens");
  expect(amountOf("requests", 1)).toBe("1 call");
});
