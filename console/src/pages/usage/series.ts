/** Usage over time: one bar for each step, also where nothing was used. */

import type { UsageGroup, UsageTotals } from "../../api/types";
import { type Span, stepsOf } from "./period";

export const MEASURES = ["cost", "tokens", "calls"] as const;
export type Measure = (typeof MEASURES)[number];

/** What was used in one step. */
export interface Slot {
  at: number;
  totals: UsageTotals;
}

/** How much of a measure there is. */
export function amountOf(totals: UsageTotals, measure: Measure): number {
  switch (measure) {
    case "cost":
      return totals.cost_usd;
    case "tokens":
      return totals.total_tokens;
    case "calls":
      return totals.calls;
  }
}

/** Days and hours of the ledger, laid into the steps of a span. */
export function slotsOf(groups: readonly UsageGroup[], span: Span, now: number): Slot[] {
  const slots = stepsOf(span, now).map((at) => ({ at, totals: NOTHING }));
  for (const group of groups) {
    const slot = slots.findLast((one) => one.at <= Date.parse(group.key));
    if (slot) {
      slot.totals = plus(slot.totals, group);
    }
  }
  return slots;
}

export const NOTHING: UsageTotals = {
  calls: 0,
  estimated_calls: 0,
  tokens: {
    input: 0,
    cache_read: 0,
    cache_write: 0,
    cache_write_1h: 0,
    output: 0,
    reasoning: 0,
  },
  total_tokens: 0,
  cost_usd: 0,
  cost_is_assumed: false,
};

function plus(one: UsageTotals, other: UsageTotals): UsageTotals {
  const [a, b] = [one.tokens, other.tokens];
  return {
    calls: one.calls + other.calls,
    estimated_calls: one.estimated_calls + other.estimated_calls,
    tokens: {
      input: a.input + b.input,
      cache_read: a.cache_read + b.cache_read,
      cache_write: a.cache_write + b.cache_write,
      cache_write_1h: (a.cache_write_1h ?? 0) + (b.cache_write_1h ?? 0),
      output: a.output + b.output,
      reasoning: a.reasoning + b.reasoning,
    },
    total_tokens: one.total_tokens + other.total_tokens,
    cost_usd: one.cost_usd + other.cost_usd,
    cost_is_assumed: one.cost_is_assumed || other.cost_is_assumed,
  };
}

/** What is round, within a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10] as const;

/** Where the lines of a chart are: 0, and two round amounts of which the upper one has room for all. */
export function scaleOf(most: number, measure: Measure): readonly [number, number, number] {
  const half = most / 2;
  if (half <= 0) {
    return measure === "cost" ? [0, 0.5, 1] : [0, 1, 2];
  }
  const power = 10 ** Math.floor(Math.log10(half));
  const round = (STEPS.find((step) => step * power >= half) ?? 10) * power;
  const step = measure === "cost" ? round : Math.max(1, Math.ceil(round));
  return [0, step, step * 2];
}
