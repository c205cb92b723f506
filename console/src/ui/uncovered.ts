/** The page behind a dialog cannot take the focus until the dialog is gone. */

/** Does it now, or as soon as the dialog that covers the page has closed and given the focus back. */
export function whenUncovered(act: () => void): void {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    dialog.addEventListener("close", act, { once: true });
  } else {
    act();
  }
}
