import { TERMINAL_FONT_SIZES, terminalFontSize } from "../app/preferences";

const USUAL = 13;

/** Makes letters larger or smaller by a step; zero makes them as they were at first. */
export function changeFontSize(step: number): void {
  const sizes = TERMINAL_FONT_SIZES;
  const at = sizes.indexOf(terminalFontSize.peek());
  const next = step === 0 ? USUAL : sizes[Math.min(sizes.length - 1, Math.max(0, at + step))];
  terminalFontSize.value = next ?? terminalFontSize.peek();
}
