// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Pulse } from "./pulse";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a connection on which nothing is heard is asked, and given up without an answer", () => {
  const ask = vi.fn();
  const dead = vi.fn();
  const pulse = new Pulse(ask, dead);
  pulse.heard();
  vi.advanceTimersByTime(20_000);
  expect(ask).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  expect(dead).toHaveBeenCalledOnce();
});

test("an answer of any kind keeps it alive", () => {
  const dead = vi.fn();
  const pulse = new Pulse(() => pulse.heard(), dead);
  pulse.heard();
  vi.advanceTimersByTime(600_000);
  expect(dead).not.toHaveBeenCalled();
  pulse.stop();
});
