import { expect, test } from "vitest";

import type { JobLogEntry } from "../../api/types";
import { merged } from "./merged";

const line = (seq: number): JobLogEntry => ({
  seq,
  timestamp: "2026-11-21T10:00:00.000Z",
  level: "info",
  message: `line ${seq}`,
});

test("lines come in order and once, from wherever they were heard", () => {
  const lines = merged([line(1), line(2), line(5)], [line(5), line(3), line(2)]);
  expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 5]);
});
