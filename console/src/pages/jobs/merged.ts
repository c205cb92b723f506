import type { JobLogEntry } from "../../api/types";

/** Lines of a log from two sources, each once, in order. */
export function merged(
  one: readonly JobLogEntry[],
  other: readonly JobLogEntry[],
): readonly JobLogEntry[] {
  const all = new Map([...one, ...other].map((line) => [line.seq, line]));
  return [...all.values()].sort((first, second) => first.seq - second.seq);
}
