/** How rows are put on the screen: what is folded away, and which stand side by side. */

import type { Row } from "./rows";

export type Block =
  | { kind: "rows"; rows: readonly Row[] }
  /** Lines that did not change; `id` stays the same while it is opened. */
  | { kind: "fold"; id: number; rows: readonly Row[] };

/** Unchanged lines that stay in sight around a change. */
const CONTEXT = 3;

/** A fold hides at least this many; it takes a line itself. */
const SHORTEST_FOLD = 4;

/** Folds what is far from every change, except what somebody has opened. */
export function fold(rows: readonly Row[], opened: ReadonlySet<number>): Block[] {
  const blocks: Block[] = [];
  let visible: Row[] = [];
  for (let start = 0; start < rows.length; ) {
    const length = sameRun(rows, start);
    if (length === 0) {
      visible.push(...rows.slice(start, start + 1));
      start += 1;
      continue;
    }
    const head = start === 0 ? 0 : CONTEXT;
    const tail = start + length === rows.length ? 0 : CONTEXT;
    const hidden = rows.slice(start + head, start + length - tail);
    if (hidden.length < SHORTEST_FOLD || opened.has(start) || length < head + tail) {
      visible.push(...rows.slice(start, start + length));
    } else {
      visible.push(...rows.slice(start, start + head));
      blocks.push({ kind: "rows", rows: visible }, { kind: "fold", id: start, rows: hidden });
      visible = rows.slice(start + length - tail, start + length);
    }
    start += length;
  }
  blocks.push({ kind: "rows", rows: visible });
  return blocks.filter((block) => block.rows.length > 0);
}

function sameRun(rows: readonly Row[], start: number): number {
  let length = 0;
  while (rows[start + length]?.kind === "same") {
    length += 1;
  }
  return length;
}

export type Pair = readonly [Row | null, Row | null];

/** What went on the left, what came on the right. */
export function sideBySide(rows: readonly Row[]): Pair[] {
  const pairs: Pair[] = [];
  let left: Row[] = [];
  let right: Row[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      pairs.push([left[index] ?? null, right[index] ?? null]);
    }
    left = [];
    right = [];
  };
  for (const row of rows) {
    if (row.kind === "same") {
      flush();
      pairs.push([row, row]);
    } else if (row.kind === "del") {
      if (right.length > 0) flush();
      left.push(row);
    } else {
      right.push(row);
    }
  }
  flush();
  return pairs;
}
