// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { pauseMs } from "./backoff";

test("pauses are never too short and never longer than half a minute", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 0.999 }), (n, r) => {
      const pause = pauseMs(n, Number.isNaN(r) ? 0 : r);
      expect(pause).toBeGreaterThanOrEqual(250);
      expect(pause).toBeLessThanOrEqual(30_000);
    }),
  );
});

test("pauses grow while nothing answers", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => pauseMs(attempt, 0.999));
  expect(longest).toEqual([500, 999, 1998, 3996, 7992, 15_984, 29_970, 29_970]);
});
