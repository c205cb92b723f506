/** Sums over calls to models. */

import type { TokenCounts, UsageView } from "../../api/types";

const NONE: TokenCounts = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };

function plus(one: TokenCounts, other: TokenCounts): TokenCounts {
  return {
    input: one.input + other.input,
    cache_read: one.cache_read + other.cache_read,
    cache_write: one.cache_write + other.cache_write,
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
  };
}

/** All tokens that were processed; reasoning is a part of the output. */
export function total(tokens: TokenCounts): number {
  return tokens.input + tokens.cache_read + tokens.cache_write + tokens.output;
}

export function totals(calls: readonly UsageView[]): TokenCounts {
  return calls.reduce((sum, call) => plus(sum, call.tokens), NONE);
}

export interface ModelSum {
  model: string;
  calls: number;
  tokens: TokenCounts;
}

/** The most used model first. */
export function byModel(calls: readonly UsageView[]): ModelSum[] {
  const sums = new Map<string, ModelSum>();
  for (const call of calls) {
    const model = call.model_answered ?? call.model ?? call.provider;
    const sum = sums.get(model) ?? { model, calls: 0, tokens: NONE };
    sums.set(model, { model, calls: sum.calls + 1, tokens: plus(sum.tokens, call.tokens) });
  }
  return [...sums.values()].sort((one, other) => total(other.tokens) - total(one.tokens));
}

/** What is shorter says nothing about how use changes. */
const SHORTEST_SPAN_MS = 3_600_000;

/** Tokens over time, in so many bars of the same length. */
export function bars(
  calls: readonly UsageView[],
  count: number,
): { heights: number[]; from: number; to: number } {
  const times = calls.map((call) => Date.parse(call.started_at));
  const to = Math.max(...times);
  const from = Math.min(...times, to - SHORTEST_SPAN_MS);
  const heights = new Array<number>(count).fill(0);
  const length = (to - from) / count;
  calls.forEach((call, index) => {
    const bar = Math.min(count - 1, Math.floor(((times[index] ?? from) - from) / length));
    heights[bar] = (heights[bar] ?? 0) + total(call.tokens);
  });
  return { heights, from, to };
}
