/** Rows from lines that were compared elsewhere. */

import type { DiffHunk, DiffLine } from "../api/types";
import { markWords, type Row } from "./rows";

const KINDS = { same: "same", added: "add", removed: "del" } as const satisfies Record<
  DiffLine["kind"],
  Row["kind"]
>;

/** The rows of a stretch of lines, numbered as they are in their file. */
export function rowsOf(hunk: DiffHunk): Row[] {
  let oldLine = hunk.old_start;
  let newLine = hunk.new_start;
  const rows = hunk.lines.map(({ kind, text }): Row => {
    const row: Row = {
      kind: KINDS[kind],
      oldLine: kind === "added" ? null : oldLine,
      newLine: kind === "removed" ? null : newLine,
      parts: [{ text, isChanged: false }],
    };
    oldLine += kind === "added" ? 0 : 1;
    newLine += kind === "removed" ? 0 : 1;
    return row;
  });
  markWords(rows);
  return rows;
}

/** What a row says. */
export const textOf = (row: Row) => row.parts.map((part) => part.text).join("");
