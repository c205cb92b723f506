import { expect, test } from "vitest";

import type { UsageGroup } from "../../api/types";
import { spanOf, stepsOf } from "./period";
import { NOTHING, scaleOf, slotsOf } from "./series";

const NOW = Date.UTC(2026, 10, 21, 16, 30);

function group(key: string, calls: number): UsageGroup {
  return { key, name: "", ...NOTHING, calls, total_tokens: calls * 10, cost_usd: calls / 100 };
}

test.each([
  ["day", 24, "2026-11-20T17:00:00.000Z"],
  ["week", 7, "2026-11-15T00:00:00.000Z"],
  ["month", 30, "2026-10-23T00:00:00.000Z"],
  ["quarter", 90, "2026-08-24T00:00:00.000Z"],
  ["year", 12, "2025-12-01T00:00:00.000Z"],
  ["this_month", 21, "2026-11-01T00:00:00.000Z"],
  ["last_month", 31, "2026-10-01T00:00:00.000Z"],
] as const)("%s has %d steps and begins with the first of them", (period, count, since) => {
  const span = spanOf(period, NOW);
  const steps = stepsOf(span, NOW);
  expect(steps).toHaveLength(count);
  expect(new Date(steps[0] ?? 0).toISOString()).toBe(since);
  expect(steps[0]).toBe(span.since);
});

test("a month that is over ends with its last day", () => {
  const span = spanOf("last_month", Date.UTC(2026, 0, 3));
  expect(span.until).toBe(Date.UTC(2026, 0, 1));
  expect(stepsOf(span, NOW).at(-1)).toBe(Date.UTC(2025, 11, 31));
});

test("what was used lies in its step, and steps without use stay", () => {
  const hours = slotsOf([group("2026-11-21T16:00Z", 3)], spanOf("day", NOW), NOW);
  expect(hours.map((slot) => slot.totals.calls)).toEqual([...Array<number>(23).fill(0), 3]);
  const days = [group("2026-10-31", 1), group("2026-11-01", 2), group("2026-11-21", 4)];
  const months = slotsOf(days, spanOf("year", NOW), NOW);
  expect(months.slice(-3).map((slot) => slot.totals.calls)).toEqual([0, 1, 6]);
  expect(months.at(-1)?.totals.cost_usd).toBeCloseTo(0.06);
});

test("an uncertain part makes its whole step uncertain", () => {
  const days = [{ ...group("2026-11-01", 2), cost_is_assumed: true }, group("2026-11-02", 4)];
  const slots = slotsOf(days, spanOf("this_month", NOW), NOW);
  expect(slots.slice(0, 2).map((slot) => slot.totals.cost_is_assumed)).toEqual([true, false]);
});

test.each([
  [0, "cost", [0, 0.5, 1]],
  [0, "calls", [0, 1, 2]],
  [1, "calls", [0, 1, 2]],
  [7, "calls", [0, 5, 10]],
  [1.2, "cost", [0, 1, 2]],
  [0.0042, "cost", [0, 0.0025, 0.005]],
  [48_000, "tokens", [0, 25_000, 50_000]],
  [100, "tokens", [0, 50, 100]],
] as const)("the lines of a chart are round and have room for %d %s", (most, measure, lines) => {
  const scale = scaleOf(most, measure);
  expect(scale.map((line) => Number(line.toPrecision(6)))).toEqual(lines);
  expect(scale[2]).toBeGreaterThanOrEqual(most);
});
