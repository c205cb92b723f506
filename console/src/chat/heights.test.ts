// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { Heights } from "./heights";

type Step = { push: number } | { set: number; to: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 500 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ set: fc.nat(100), to: fc.integer({ min: 1, max: 500 }) }),
  },
);

/** The plain way, to compare with. */
function topOf(heights: readonly number[], index: number): number {
  return heights.slice(0, index).reduce((sum, height) => sum + height, 0);
}

test("it answers as adding up would", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 120 }), fc.nat(60_000), (steps, place) => {
      const heights = new Heights();
      const plain: number[] = [];
      for (const step of steps) {
        if ("push" in step) {
          heights.push(step.push);
          plain.push(step.push);
        } else if (step.set < plain.length) {
          expect(heights.set(step.set, step.to)).toBe(step.to - (plain[step.set] ?? 0));
          plain[step.set] = step.to;
        }
      }
      expect(heights.total).toBe(topOf(plain, plain.length));
      for (let index = 0; index <= plain.length; index++) {
        expect(heights.top(index)).toBe(topOf(plain, index));
      }
      const covering = plain.findIndex((_, index) => topOf(plain, index + 1) > place);
      const expected = covering < 0 ? Math.max(0, plain.length - 1) : covering;
      expect(heights.at(place)).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test("a hundred thousand lines are no burden", () => {
  const heights = new Heights();
  const begin = performance.now();
  for (let index = 0; index < 100_000; index++) {
    heights.push(40);
  }
  for (let index = 0; index < 100_000; index++) {
    heights.set(index, 41);
    heights.at(index * 41);
  }
  expect(heights.total).toBe(4_100_000);
  expect(performance.now() - begin).toBeLessThan(3000);
});
