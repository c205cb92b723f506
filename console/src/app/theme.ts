/** Puts the chosen theme on the page, and follows the system where none was chosen. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

import { theme } from "./preferences";

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(darkness.matches);

/** What is on the page. */
export const shade: ReadonlySignal<"light" | "dark"> = computed(() => {
  if (theme.value === "system") {
    return systemIsDark.value ? "dark" : "light";
  }
  return theme.value;
});

export function followTheme(): void {
  darkness.addEventListener("change", (event) => {
    systemIsDark.value = event.matches;
  });
  effect(() => {
    document.documentElement.dataset.theme = shade.value;
    const colour = shade.value === "dark" ? "#0e1416" : "#f5f3ed";
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", colour);
  });
}
