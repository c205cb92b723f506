/** Tags, as people write them. */

import { computed } from "@preact/signals";

import { store } from "../../app/state";

/** Reads tags from a line: between commas, without spaces around them, each once. */
export function readTags(line: string): readonly string[] {
  const tags = line.split(/[,，、]/).map((tag) => tag.trim().replaceAll(/\s+/g, " "));
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

/** Every tag that is known here, those that are used most first. */
export const knownTags = computed<readonly string[]>(() => {
  const uses = new Map<string, number>();
  for (const { tags } of store.sessions.value.values()) {
    for (const tag of tags) {
      uses.set(tag, (uses.get(tag) ?? 0) + 1);
    }
  }
  return [...uses].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([tag]) => tag);
});
