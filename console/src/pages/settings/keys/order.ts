/** In which order the keys of one provider are used. */

import type { ProviderKeyView } from "../../../api/types";

/** The server's bounds. */
const HIGHEST = 1000;

/** The keys of the same provider, without this one. */
function others(key: ProviderKeyView, keys: readonly ProviderKeyView[]) {
  return keys.filter((one) => one.provider === key.provider && one.id !== key.id);
}

/** A priority with which a key is used before all others of its provider. */
export function beforeAll(key: ProviderKeyView, keys: readonly ProviderKeyView[]): number {
  return Math.min(HIGHEST, Math.max(...others(key, keys).map((one) => one.priority)) + 1);
}

/** A priority with which a key is used after all others of its provider. */
export function afterAll(key: ProviderKeyView, keys: readonly ProviderKeyView[]): number {
  return Math.max(-HIGHEST, Math.min(...others(key, keys).map((one) => one.priority)) - 1);
}

export interface Place {
  /** The how-manieth choice it is among the active keys of its provider, from 1. */
  choice: number;
  /** Its share of the sessions among those of the same choice, in percent. */
  share: number;
}

/** Where a key stands; `null` where there is nothing to choose or it is not used. */
export function placeOf(key: ProviderKeyView, keys: readonly ProviderKeyView[]): Place | null {
  const rivals = others(key, keys).filter((one) => one.state === "active");
  if (key.state !== "active" || rivals.length === 0) {
    return null;
  }
  const before = new Set(rivals.map((one) => one.priority).filter((one) => one > key.priority));
  const equals = rivals.filter((one) => one.priority === key.priority);
  const weight = equals.reduce((sum, one) => sum + one.weight, key.weight);
  return { choice: before.size + 1, share: Math.round((100 * key.weight) / weight) };
}
