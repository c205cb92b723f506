import { beforeAll, expect, test } from "vitest";

import type { QuotaView } from "../../api/types";
import { loadLanguage } from "../../i18n";
import { amountIn, limitOf, readAmount, whose } from "./quota-words";

beforeAll(() => loadLanguage());

const QUOTA: QuotaView = {
  quota_id: "q",
  subject: "user",
  of: null,
  name: null,
  measure: "cost",
  period: "day",
  limit: 2.5,
  at_stop: "ask",
  changed_by: "u",
  changed_at: "2026-11-21T00:00:00.000Z",
};

test("a quota says whose use it limits", () => {
  expect(whose(QUOTA)).toBe("Each user");
  expect(whose({ ...QUOTA, of: "u", name: "Ada" })).toBe("Ada");
  expect(whose({ ...QUOTA, of: "u", name: null })).toBe("deleted");
  expect(whose({ ...QUOTA, subject: "tenant", of: "t", name: null })).toBe("Everybody together");
  expect(whose({ ...QUOTA, of: "u", name: "a\u202eb\nc" })).not.toMatch(/[\u202e\n]/);
});

test("amounts have their unit", () => {
  expect(limitOf(QUOTA)).toBe("$2.50 per day");
  expect(amountIn("tokens", 1_500_000)).toBe("1,500,000 tokens");
  expect(limitOf({ ...QUOTA, measure: "requests", period: "total", limit: 3 })).toBe(
    "3 calls in all",
  );
});

test.each([
  ["cost", "12.50", 12.5],
  ["cost", " 1,000 ", 1000],
  ["cost", "0", 0],
  ["tokens", "1 000 000", 1_000_000],
  ["tokens", "1_000", 1000],
  ["tokens", "1.5", null],
  ["requests", "-1", null],
  ["cost", "1e3", null],
  ["cost", "", null],
  ["cost", "five", null],
  ["cost", "NaN", null],
  ["cost", "9999999999999999", null],
] as const)("what is typed as %s amount: %j", (measure, text, amount) => {
  expect(readAmount(measure, text)).toBe(amount);
});
