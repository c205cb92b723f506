import { expect, test } from "vitest";

import type { ProviderKeyView } from "../../../api/types";
import { afterAll, beforeAll, placeOf } from "./order";

function key(id: string, given: Partial<ProviderKeyView> = {}): ProviderKeyView {
  return {
    id,
    provider: "openai",
    key_name: id,
    base_url: "https://api.openai.com/v1",
    hint: "",
    models: null,
    aliases: {},
    priority: 0,
    weight: 1,
    state: "active",
    last_test: null,
    created_at: "2026-11-01T00:00:00.000Z",
    secret_set_at: "2026-11-01T00:00:00.000Z",
    ...given,
  };
}

const [first, second] = [key("first", { priority: 3 }), key("second", { weight: 3 })];
const [third, off] = [key("third"), key("off", { state: "disabled", priority: 9 })];
const elsewhere = key("elsewhere", { provider: "qwen", priority: 50 });
const keys = [first, second, third, off, elsewhere];

test("a key's place counts the active keys of its provider", () => {
  expect(placeOf(first, keys)).toEqual({ choice: 1, share: 100 });
  expect(placeOf(second, keys)).toEqual({ choice: 2, share: 75 });
  expect(placeOf(third, keys)).toEqual({ choice: 2, share: 25 });
  expect(placeOf(off, keys)).toBeNull();
  expect(placeOf(elsewhere, keys)).toBeNull();
});

test("a key can be moved before or after all others of its provider", () => {
  expect(beforeAll(third, keys)).toBe(10);
  expect(afterAll(first, keys)).toBe(-1);
  expect(beforeAll(third, [key("top", { priority: 1000 }), third])).toBe(1000);
});
