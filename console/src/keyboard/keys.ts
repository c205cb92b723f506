/** Keys, as they are pressed and as they are written. */

const isApple = /mac|iphone|ipad/i.test(navigator.platform);

/** The key for commands: ⌘ on a Mac, Ctrl elsewhere. */
export const MOD = isApple ? "⌘" : "Ctrl";

export function hasMod(event: KeyboardEvent): boolean {
  return isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}

/** Whether letters go somewhere else: into a field, a list of choices, a terminal. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented) {
    return true;
  }
  const target = event.target instanceof HTMLElement ? event.target : null;
  return (
    target !== null &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=radio], [type=checkbox])"))
  );
}

export function isInTerminal(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(".xterm") !== null;
}

/** An input method is at work: the key is its, not ours. Safari says so only by the key code. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
