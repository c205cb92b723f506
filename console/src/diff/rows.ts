/** What has changed between two texts, line by line and inside the lines. */

import { diffArrays, diffWordsWithSpace } from "diff";

/** A stretch of a line; the part that makes the difference is marked. */
export interface Part {
  text: string;
  isChanged: boolean;
}

export interface Row {
  kind: "same" | "del" | "add";
  /** Number of the line, from 1, where it exists. */
  oldLine: number | null;
  newLine: number | null;
  parts: readonly Part[];
}

export interface Changes {
  rows: readonly Row[];
  added: number;
  removed: number;
  /** Whether one of the texts does not end with a line break, where that differs or is new. */
  ending: "same" | "gained" | "lost" | "missing";
  /** The texts were too different to be compared in time: all of one was replaced. */
  isCoarse: boolean;
}

/** How long a comparison may take; whoever scrolls past must not wait. */
const COMPARE_WITHIN_MS = 400;

/** Longer lines are marked as a whole. */
const LONGEST_LINE = 600;

/** Past this many changed pairs nobody reads words. */
const MOST_PAIRS = 400;

export function changes(oldText: string, newText: string): Changes {
  const before = lines(oldText);
  const after = lines(newText);
  const compared = diffArrays(before, after, { timeout: COMPARE_WITHIN_MS });
  const pieces: readonly Piece[] = compared ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  const rows = number(pieces);
  markWords(rows);
  return {
    rows,
    added: rows.filter((row) => row.kind === "add").length,
    removed: rows.filter((row) => row.kind === "del").length,
    ending: ending(oldText, newText),
    isCoarse: compared === undefined,
  };
}

interface Piece {
  value: readonly string[];
  added: boolean;
  removed: boolean;
}

function lines(text: string): string[] {
  if (text === "") {
    return [];
  }
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function ending(oldText: string, newText: string): Changes["ending"] {
  if (oldText === "" && newText !== "" && !newText.endsWith("\n")) {
    return "missing";
  }
  const had = oldText === "" || oldText.endsWith("\n");
  const has = newText === "" || newText.endsWith("\n");
  return had === has ? "same" : has ? "gained" : "lost";
}

function number(pieces: readonly Piece[]): Row[] {
  const rows: Row[] = [];
  let oldLine = 0;
  let newLine = 0;
  for (const piece of pieces) {
    const kind = piece.added ? "add" : piece.removed ? "del" : "same";
    for (const text of piece.value) {
      if (kind !== "add") oldLine += 1;
      if (kind !== "del") newLine += 1;
      rows.push({
        kind,
        oldLine: kind === "add" ? null : oldLine,
        newLine: kind === "del" ? null : newLine,
        parts: [{ text, isChanged: false }],
      });
    }
  }
  return rows;
}

/** Marks what differs between a line that went and the line that came in its place. */
export function markWords(rows: Row[]): void {
  let pairs = 0;
  for (let start = 0; start < rows.length; ) {
    const removed = run(rows, start, "del");
    const added = run(rows, start + removed, "add");
    for (let index = 0; index < Math.min(removed, added) && pairs < MOST_PAIRS; index++) {
      pairs += 1;
      markPair(rows, start + index, start + removed + index);
    }
    start += Math.max(1, removed + added);
  }
}

function run(rows: readonly Row[], start: number, kind: Row["kind"]): number {
  let length = 0;
  while (rows[start + length]?.kind === kind) {
    length += 1;
  }
  return length;
}

function markPair(rows: Row[], oldIndex: number, newIndex: number): void {
  const before = rows[oldIndex];
  const after = rows[newIndex];
  const oldText = before?.parts[0]?.text ?? "";
  const newText = after?.parts[0]?.text ?? "";
  if (!before || !after || Math.max(oldText.length, newText.length) > LONGEST_LINE) {
    return;
  }
  const words = diffWordsWithSpace(oldText, newText);
  const same = words.filter((word) => !word.added && !word.removed);
  const sameLetters = same.map((word) => word.value.trim()).join("").length;
  // Two lines that have next to nothing in common are two lines, not a change of one.
  if (sameLetters * 3 < Math.max(oldText.trim().length, newText.trim().length)) {
    return;
  }
  const part = (word: { value: string; added: boolean; removed: boolean }): Part => ({
    text: word.value,
    isChanged: word.added || word.removed,
  });
  rows[oldIndex] = { ...before, parts: words.filter((word) => !word.added).map(part) };
  rows[newIndex] = { ...after, parts: words.filter((word) => !word.removed).map(part) };
}
