/**
 * Closes what a message has opened and not closed yet, so that half a word in bold is shown bold
 * and not with asterisks that vanish a moment later.
 */
export function mend(text: string): string {
  const start = text.lastIndexOf("\n\n") + 1;
  const end = text.slice(start);
  if (isInFence(text)) {
    return text;
  }
  const whole = withoutHalfLink(end);
  return text.slice(0, start) + whole + closing(whole);
}

function isInFence(text: string): boolean {
  const fences = text.match(/^ {0,3}(?:```|~~~)/gm) ?? [];
  return fences.length % 2 === 1;
}

/** `[words](https://exam` shows its words until the address is there. */
function withoutHalfLink(text: string): string {
  return text.replace(/!?\[([^\]\n]*)\]\([^)\s]*$/, "$1").replace(/!?\[([^\]\n]{0,200})$/, "$1");
}

function closing(text: string): string {
  if (odd(text, /`/g)) {
    return "`";
  }
  const outside = text.replace(/`[^`]*`/g, "");
  const bold = odd(outside, /\*\*/g);
  if (bold && /\*\*\s*$/.test(outside)) {
    return "";
  }
  return bold ? "**" : "";
}

function odd(text: string, what: RegExp): boolean {
  return (text.match(what)?.length ?? 0) % 2 === 1;
}
