/** Keys of the bar on a phone: what they send, and Ctrl and Alt that wait for the next key. */

export interface Modifiers {
  ctrl: boolean;
  alt: boolean;
}

export const NONE: Modifiers = { ctrl: false, alt: false };

const ESC = String.fromCharCode(0x1b);

/** What a key sends, with what is held. */
export function withModifiers(key: string, held: Modifiers): string {
  const controlled = held.ctrl ? control(key) : key;
  return held.alt ? ESC + controlled : controlled;
}

/** The control character of a letter or sign (ECMA-48 §5.2): the lower five bits. */
function control(key: string): string {
  if (key === " ") {
    return "\0";
  }
  const code = key.toUpperCase().codePointAt(0) ?? 0;
  const isOne = key.length === 1 && code >= 0x40 && code <= 0x5f;
  return isOne ? String.fromCharCode(code & 0x1f) : key;
}

const ARROWS = { up: "A", down: "B", right: "C", left: "D" } as const;

export type Arrow = keyof typeof ARROWS;

/** An arrow key, as the terminal's cursor key mode wants it (DECCKM). */
export function arrow(which: Arrow, isApplication: boolean, held: Modifiers): string {
  const letter = ARROWS[which];
  if (held.ctrl || held.alt) {
    const number = 1 + (held.alt ? 2 : 0) + (held.ctrl ? 4 : 0);
    return `${ESC}[1;${number}${letter}`;
  }
  return isApplication ? `${ESC}O${letter}` : `${ESC}[${letter}`;
}

export const KEYS = {
  escape: ESC,
  tab: "\t",
  back_tab: `${ESC}[Z`,
  interrupt: "\u0003",
  home: `${ESC}[H`,
  end: `${ESC}[F`,
  page_up: `${ESC}[5~`,
  page_down: `${ESC}[6~`,
  enter: "\r",
} as const;
