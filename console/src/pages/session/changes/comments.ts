/**
 * Comments on lines that have changed: kept in this browser until they are sent, and found again
 * where their lines have moved.
 */

import { signal } from "@preact/signals";

import { keep, recall } from "../../../app/storage";
import { freshKey } from "../../../chat/key";
import { textOf } from "../../../diff/hunks";
import type { Row } from "../../../diff/rows";
import { count, fields, list, text, word } from "../../../transcript/fields";

/** A line as it was when somebody said something about it. */
export interface Quoted {
  kind: Row["kind"];
  text: string;
}

export interface Comment {
  id: string;
  path: string;
  /** The first and the last line: of the file as it is now, or as it was where all of them went. */
  first: number;
  last: number;
  isRemoved: boolean;
  quote: readonly Quoted[];
  text: string;
}

const NAME = "comments";
const MOST_SESSIONS = 50;

/** Comments by whose and on what, as the browser keeps them. */
const kept = signal<ReadonlyMap<string, readonly Comment[]>>(read(recall(NAME)));

const keyOf = (userId: string, sessionId: string) => `${userId}/${sessionId}`;

/** Somebody's comments on a session's changes, the first one first. */
export const commentsOf = (userId: string, sessionId: string): readonly Comment[] =>
  kept.value.get(keyOf(userId, sessionId)) ?? [];

export function putComments(userId: string, sessionId: string, all: readonly Comment[]): void {
  const key = keyOf(userId, sessionId);
  const others = [...kept.peek()].filter(([one]) => one !== key);
  const whole =
    all.length === 0 ? others : [...others.slice(1 - MOST_SESSIONS), [key, all] as const];
  kept.value = new Map(whole);
  keep(NAME, whole.length === 0 ? null : Object.fromEntries(whole));
}

/** A comment on the rows from one to another, both included. */
export function commentOn(
  path: string,
  rows: readonly Row[],
  [from, to]: readonly [number, number],
  said: string,
): Comment {
  const chosen = rows.slice(from, to + 1);
  const now = chosen.flatMap((row) => row.newLine ?? []);
  const before = chosen.flatMap((row) => row.oldLine ?? []);
  const numbers = now.length > 0 ? now : before;
  return {
    id: freshKey(),
    path,
    first: numbers[0] ?? 0,
    last: numbers.at(-1) ?? 0,
    isRemoved: now.length === 0,
    quote: chosen.map((row) => ({ kind: row.kind, text: textOf(row) })),
    text: said,
  };
}

/**
 * The row below which a comment belongs: the last one of its lines, as they stand nearest to where
 * they were. `null` where they are no longer there.
 */
export function placeOf(comment: Comment, rows: readonly Row[]): number | null {
  const { quote, first, isRemoved } = comment;
  const starts = rows.flatMap((_, start) =>
    quote.length > 0 && quote.every((line, index) => isSame(line, rows[start + index]))
      ? [start]
      : [],
  );
  const distance = (start: number) => {
    const number = quote
      .map((_, index) => rows[start + index])
      .map((row) => (isRemoved ? row?.oldLine : row?.newLine))
      .find((line) => line != null);
    return Math.abs((number ?? 0) - first);
  };
  const [best] = starts.sort((one, other) => distance(one) - distance(other));
  return best === undefined ? null : best + quote.length - 1;
}

const isSame = (line: Quoted, row: Row | undefined) =>
  row !== undefined && row.kind === line.kind && textOf(row) === line.text;

/** What comments are called in a prompt. */
export interface PromptWords {
  intro: string;
  removed_place: (path: string) => string;
  was_changed: string;
}

/** Longer quotes help nobody. */
const MOST_QUOTED = 12;

const SIGNS = { same: " ", add: "+", del: "-" } as const;

/** One prompt of all comments: where, what stands there, and what was said of it. */
export function promptOf(
  comments: readonly Comment[],
  gone: ReadonlySet<string>,
  words: PromptWords,
): string {
  const parts = comments.map((comment, index) => {
    const { path, first, last, isRemoved, quote } = comment;
    const lines = first === last ? first : `${first}-${last}`;
    const place = isRemoved ? words.removed_place(path) : `${path}:${lines}`;
    const note = gone.has(comment.id) ? ` ${words.was_changed}` : "";
    const quoted = quote
      .slice(0, MOST_QUOTED)
      .map((line) => `> ${SIGNS[line.kind]} ${line.text}`.trimEnd());
    const rest = quote.length > MOST_QUOTED ? ["> …"] : [];
    return [`${index + 1}. ${place}${note}`, ...quoted, ...rest, comment.text].join("\n");
  });
  return [words.intro, ...parts].join("\n\n");
}

/** What an earlier load of the page has kept, or somebody else has written there. */
function read(value: unknown): ReadonlyMap<string, readonly Comment[]> {
  const all = Object.entries(fields(value));
  return new Map(all.map(([key, comments]) => [key, list(comments).flatMap(readOne)]));
}

function readOne(value: unknown): Comment[] {
  const one = fields(value);
  const quote = list(one.quote).map((line) => ({
    kind: word(fields(line).kind, ["same", "add", "del"], "same"),
    text: text(fields(line).text),
  }));
  const [id, path, said] = [text(one.id), text(one.path), text(one.text)];
  if (id === "" || path === "" || said === "" || quote.length === 0) {
    return [];
  }
  const [first, last] = [count(one.first), count(one.last)];
  return [{ id, path, first, last, isRemoved: one.isRemoved === true, quote, text: said }];
}
