/** What was begun and not sent, by session; survives a reload. */

import { keep, recall } from "../app/storage";
import { fields, text } from "../transcript/fields";

const NAME = "drafts";
const MOST = 50;

export function draftOf(sessionId: string): string {
  return text(fields(recall(NAME))[sessionId]);
}

export function keepDraft(sessionId: string, draft: string): void {
  const others = Object.entries(fields(recall(NAME))).filter(([id]) => id !== sessionId);
  const kept = draft === "" ? others : [...others.slice(-MOST + 1), [sessionId, draft] as const];
  keep(NAME, kept.length > 0 ? Object.fromEntries(kept) : null);
}
