/** Keys that work everywhere: one key, or `g` and a letter. */

import { hasMod, isInTerminal, isTyping } from "./keys";

/** What each key does, by its name: `c`, `?`, `g h`, `mod+k`. */
export type Shortcuts = ReadonlyMap<string, () => void>;

/** How long `g` waits for its letter. */
const SECOND_KEY_MS = 1200;

/** Listens on the page; answers how to stop. `shortcuts` is asked at each key. */
export function listenForShortcuts(shortcuts: () => Shortcuts): () => void {
  let first: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const pressed = (event: KeyboardEvent) => {
    const name = nameOf(event, first);
    const waited = first;
    first = null;
    clearTimeout(timer);
    if (name === null) {
      return;
    }
    if (waited === null && name === "g") {
      first = "g";
      timer = setTimeout(() => {
        first = null;
      }, SECOND_KEY_MS);
      return;
    }
    const act = shortcuts().get(name);
    if (act) {
      event.preventDefault();
      act();
    }
  };
  document.addEventListener("keydown", pressed);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", pressed);
  };
}

/** The name of what was pressed; null where it is none of our business. */
function nameOf(event: KeyboardEvent, first: string | null): string | null {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (hasMod(event) && !event.altKey) {
    // Programs in a terminal need every plain Ctrl and letter; ⌘ is not theirs.
    const isTerminals = isInTerminal(event) && event.ctrlKey;
    return isTerminals ? null : `mod+${key}`;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || isOverlaid(event)) {
    return null;
  }
  return first === null ? key : `${first} ${key}`;
}

/** Letters mean nothing behind a dialog or inside a menu. */
function isOverlaid(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return (
    document.querySelector("dialog[open]") !== null ||
    target?.closest("[role=menu], [data-own-keys]") !== null
  );
}
