// @vitest-environment node
import { expect, test } from "vitest";

import { score } from "./score";

function best(query: string, ...texts: string[]): string | undefined {
  const fitting = texts.filter((text) => score(text, query) > 0);
  return fitting.sort((one, other) => score(other, query) - score(one, query))[0];
}

test("the beginning fits better than the middle, whole better than scattered", () => {
  expect(best("re", "Preview", "Review")).toBe("Review");
  expect(best("log", "Read the log", "Catalogue")).toBe("Read the log");
  expect(best("gm", "Go to machines", "Settings")).toBe("Go to machines");
  expect(best("配置", "读取配置", "其他")).toBe("读取配置");
});

test("what lacks a letter does not fit", () => {
  expect(score("session", "sx")).toBe(0);
  expect(score("", "a")).toBe(0);
  expect(score("a", " ")).toBe(0);
});
