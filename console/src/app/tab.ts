/** The browser's tab: its name and its picture say how much waits. */

import { effect } from "@preact/signals";

import { pageTitle } from "./page";
import { store } from "./state";

const PRODUCT = "Gantline";

export function followTab(): void {
  effect(() => {
    const waiting = store.waiting.value;
    const count = waiting > 0 ? `(${waiting}) ` : "";
    const title = pageTitle.value ? `${pageTitle.value} · ${PRODUCT}` : PRODUCT;
    document.title = count + title;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) {
      icon.href = waiting > 0 ? picture(waiting) : "/favicon.svg";
    }
  });
}

/** The mark with a number on it. */
function picture(waiting: number): string {
  const number = waiting > 9 ? "9+" : String(waiting);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#1a7f8c" stroke-width="2.8" stroke-linecap="round"><path d="M13 2.5V6M6 28V13a7 7 0 0 1 14 0v3"/></g><circle cx="13" cy="13" r="3" fill="#1a7f8c"/><circle cx="22" cy="22" r="10" fill="#df950f"/><text x="22" y="26.5" font-family="sans-serif" font-weight="700" font-size="${number.length > 1 ? 11 : 13}" text-anchor="middle" fill="#201400">${number}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
