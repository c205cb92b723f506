/** Starting sessions and working in them, as a person does. */

import type { Page } from "puppeteer-core";

import { press, until, words } from "./visitor";

export interface Wish {
  kind: "chat" | "terminal";
  /** Where, if there is a choice. */
  machineId?: string;
  first?: string;
}

/** Through the dialog; answers the session's id. */
export async function startSession(page: Page, wish: Wish): Promise<string> {
  await page.waitForSelector(".new-session");
  if (wish.machineId) {
    await page.locator(`.radio-card[data-value="${wish.machineId}"]`).click();
  }
  const agent = wish.kind === "chat" ? "demo" : "";
  // The list may be drawn anew while the machine looks for its agents.
  await page.locator(`.radio-card[data-value="${agent}"]`).click();
  if (wish.first) {
    await page.type(".new-session textarea", wish.first);
  }
  const before = new URL(page.url()).pathname;
  await press(page, "Start");
  // There may be another session on the page already.
  await page.waitForFunction(
    (path) => location.pathname !== path && location.pathname.startsWith("/sessions/"),
    {},
    before,
  );
  await page.waitForSelector(wish.kind === "chat" ? ".composer textarea" : ".keyboard-yours");
  if (wish.kind === "terminal") {
    // Whoever starts a terminal types into it at once; where fingers type, a keyboard would cover it.
    await page.waitForFunction(
      () =>
        matchMedia("(pointer: coarse)").matches ||
        document.activeElement?.matches(".xterm-helper-textarea"),
    );
  }
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** Opens the dialog with its button. */
export async function newSession(page: Page): Promise<void> {
  await page.locator(".sidebar-new button").click();
}

export async function startChat(page: Page, first?: string): Promise<string> {
  await newSession(page);
  return startSession(page, { kind: "chat", ...(first ? { first } : {}) });
}

export async function startTerminal(page: Page): Promise<string> {
  await newSession(page);
  return startSession(page, { kind: "terminal" });
}

export async function say(page: Page, text: string): Promise<void> {
  await page.waitForSelector(".composer textarea");
  for (const [index, line] of text.split("\n").entries()) {
    if (index > 0) {
      await page.keyboard.down("Shift");
      await page.keyboard.press("Enter");
      await page.keyboard.up("Shift");
    }
    await page.type(".composer textarea", line);
  }
  // Words that look like a command of the agent are completed first.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
}

/** What became of the turns, in order. */
export function endings(page: Page): Promise<string[]> {
  return page.$$eval(".turn-end", (all) => all.map((one) => one.getAttribute("data-state") ?? ""));
}

/** Waits until so many turns are over, and answers how they ended. */
export async function turnsOver(page: Page, count: number): Promise<string[]> {
  let states: string[] = [];
  await until(async () => {
    states = await endings(page);
    if (states.length !== count) {
      throw new Error(`${states.length} turns are over, not ${count}: ${states}`);
    }
  });
  return states;
}

/** What the agent has said. */
export function answers(page: Page): Promise<string> {
  return words(page, ".agent-line");
}
