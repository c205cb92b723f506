/**
 * Text of machines and agents, made fit to be shown: characters that hide, reorder or forge other
 * characters are written out (Unicode Standard Annex #9; Technical Report #36 §2.5).
 */

/** A stretch of text; a mark stands for one character that could deceive. */
export interface Stretch {
  text: string;
  isMark: boolean;
}

/** First and last code points. */
export type Range = readonly [number, number];

/** C0 and C1 controls, except the tab and the line break. */
export const CONTROLS: readonly Range[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
];

/** Characters that are not seen, and those that change the order in which others are seen. */
export const HIDDEN: readonly Range[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0e],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe01ef],
];

/** Characters that look like a space and are none to a shell. */
const FALSE_SPACES: readonly Range[] = [
  [0xa0, 0xa0],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
];

const DECEPTIVE = oneOf([...CONTROLS, ...HIDDEN, ...FALSE_SPACES]);

const NAMES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\b": "\\b",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001b": "\\e",
};

/** Splits at what could deceive. Line breaks and tabs stay: the reader sees them as they are. */
export function stretches(text: string): Stretch[] {
  const found: Stretch[] = [];
  let end = 0;
  for (const match of text.matchAll(DECEPTIVE)) {
    if (match.index > end) {
      found.push({ text: text.slice(end, match.index), isMark: false });
    }
    found.push({ text: written(match[0]), isMark: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) {
    found.push({ text: text.slice(end), isMark: false });
  }
  return found;
}

/** One line, at most `longest` characters, with everything that could deceive written out. */
export function oneLine(text: string, longest = 300): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  const line = cut.trim().replaceAll("\n", "⏎").replaceAll("\t", " ");
  return line.replace(DECEPTIVE, written);
}

/** Some lines, with everything that could deceive written out. */
export function someLines(text: string, longest = 4000): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.trim().replace(DECEPTIVE, written);
}

/** Matches one character out of these ranges, everywhere. */
export function oneOf(ranges: readonly Range[]): RegExp {
  const hexadecimal = (code: number) => `\\u{${code.toString(16)}}`;
  const parts = ranges.map(([first, last]) => `${hexadecimal(first)}-${hexadecimal(last)}`);
  return new RegExp(`[${parts.join("")}]`, "gu");
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return NAMES[character] ?? `\\u{${code.toString(16)}}`;
}
