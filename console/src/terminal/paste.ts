/** What is pasted into a terminal: made harmless, and asked about where it would run at once. */

/**
 * Text as it may be pasted: no escape sequences, which could end a bracketed paste early, and no
 * other controls but tabs and line breaks (S108).
 */
export function pasteable(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return Array.from(lines)
    .filter((character) => {
      const code = character.codePointAt(0) ?? 0;
      return character === "\n" || character === "\t" || (code >= 0x20 && !isControl(code));
    })
    .join("");
}

function isControl(code: number): boolean {
  return code >= 0x7f && code <= 0x9f;
}

/** Whether each line would be carried out as it arrives. */
export function runsLines(text: string, isBracketed: boolean): boolean {
  return !isBracketed && text.replace(/\n$/, "").includes("\n");
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
