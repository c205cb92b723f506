/** Output of programs: colours are kept, everything else that a terminal would obey is dropped. */

import { CONTROLS, HIDDEN, oneOf } from "./visible";

/** A stretch of output in one style. */
export interface Span {
  text: string;
  /** Names of styles, such as `bold` or `red`; see `ansi.css`. */
  styles: readonly string[];
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

const ESC = String.fromCharCode(0x1b);
const CSI = String.fromCharCode(0x9b);
const BEL = String.fromCharCode(0x07);

/** Escape sequences (ECMA-48 §5.4, §5.6): CSI with its parameters, OSC, strings, and the rest. */
const SEQUENCE = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})([0-?]*)[ -/]*([@-~])`,
    `${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}[PX^_][^${ESC}]*(?:${ESC}\\\\)?`,
    `${ESC}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);

const DROPPED = oneOf([...CONTROLS, ...HIDDEN]);

interface Style {
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
  colour: string | null;
}

const PLAIN: Style = { bold: false, faint: false, italic: false, underline: false, colour: null };

/** Reads output into spans. */
export function spans(output: string): Span[] {
  const found: Span[] = [];
  let style = PLAIN;
  let end = 0;
  const text = overwritten(output);
  const say = (stretch: string) => {
    const shown = stretch.replace(DROPPED, "");
    if (shown !== "") {
      found.push({ text: shown, styles: names(style) });
    }
  };
  for (const match of text.matchAll(SEQUENCE)) {
    say(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[2] === "m") {
      style = restyled(style, (match[1] ?? "").split(/[;:]/).map(Number));
    }
  }
  say(text.slice(end));
  return found;
}

/** The same without colours. */
export function plain(output: string): string {
  return spans(output)
    .map((span) => span.text)
    .join("");
}

/** A progress bar writes a line again and again: what was written last is what there is. */
function overwritten(output: string): string {
  if (!output.includes("\r")) {
    return output;
  }
  const lines = output.replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1)).join("\n");
}

function restyled(before: Style, codes: readonly number[]): Style {
  let style = { ...before };
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) {
      style = { ...PLAIN };
    } else if (code === 38 || code === 48) {
      // A colour of 256 or of 16 million: the numbers that follow are part of it.
      index += codes[index + 1] === 5 ? 2 : 4;
    } else {
      change(style, code);
    }
  }
  return style;
}

function change(style: Style, code: number): void {
  if (code === 1) style.bold = true;
  else if (code === 2) style.faint = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) style.underline = true;
  else if (code === 22) Object.assign(style, { bold: false, faint: false });
  else if (code === 23) style.italic = false;
  else if (code === 24) style.underline = false;
  else if (code >= 30 && code <= 37) style.colour = COLOURS[code - 30] ?? null;
  else if (code >= 90 && code <= 97) style.colour = COLOURS[code - 90] ?? null;
  else if (code === 39) style.colour = null;
}

function names(style: Style): string[] {
  const found: string[] = [];
  if (style.bold) found.push("bold");
  if (style.faint) found.push("faint");
  if (style.italic) found.push("italic");
  if (style.underline) found.push("underline");
  if (style.colour) found.push(style.colour);
  return found;
}
