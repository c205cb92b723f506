/** What a person has chosen for this browser. */

import { effect, type Signal, signal } from "@preact/signals";

import { keep, recall } from "./storage";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const SEND_KEYS = ["enter", "mod_enter"] as const;
export type SendKey = (typeof SEND_KEYS)[number];

export const DIFF_LAYOUTS = ["auto", "unified", "split"] as const;
export type DiffLayout = (typeof DIFF_LAYOUTS)[number];

export const TERMINAL_FONT_SIZES = [10, 11, 12, 13, 14, 15, 16, 18, 20, 24] as const;
export type TerminalFontSize = (typeof TERMINAL_FONT_SIZES)[number];

export const theme = choice("theme", THEMES, "system");
export const sendKey = choice("send-key", SEND_KEYS, "enter");
export const diffLayout = choice("diff-layout", DIFF_LAYOUTS, "auto");
export const terminalFontSize = choice("terminal-font-size", TERMINAL_FONT_SIZES, 13);
export const wrapLines = choice("wrap-lines", [true, false], false);
export const railOpen = choice("rail-open", [true, false], true);

function choice<const Value>(
  name: string,
  values: readonly Value[],
  fallback: NoInfer<Value>,
): Signal<Value> {
  const kept = recall(name);
  const chosen = signal(values.find((value) => value === kept) ?? fallback);
  let first = true;
  effect(() => {
    const value = chosen.value;
    if (!first) {
      keep(name, value);
    }
    first = false;
  });
  return chosen;
}
