/** OSC 52: a program wants to write into the clipboard. It may ask; reading it is refused. */

/** The text that a program offers; null where it asks to read, or offers nothing readable. */
export function offeredText(data: string): string | null {
  const [, encoded] = /^[a-z0-9]*;([A-Za-z0-9+/=]*)$/i.exec(data) ?? [];
  if (!encoded || encoded.length > LONGEST) {
    return null;
  }
  try {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const LONGEST = 1024 * 1024;
