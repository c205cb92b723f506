/** How high a line will be, before it has been drawn: near enough for a scroll bar. */

import type { Item } from "../transcript/item";

const LINE_PX = 23;
const LETTERS_PER_LINE = 92;

export function guessHeight(item: Item): number {
  switch (item.kind) {
    case "user":
    case "agent": {
      const text = item.content.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
      const breaks = text.split("\n").length - 1;
      return 28 + LINE_PX * Math.max(1, Math.ceil(text.length / LETTERS_PER_LINE) + breaks * 0.7);
    }
    case "permission":
      return item.permission.state === "pending" ? 320 : 36;
    case "thought":
    case "tool":
    case "notice":
    case "turn_end":
    case "agent_start":
    case "unknown":
      return 38;
  }
}
