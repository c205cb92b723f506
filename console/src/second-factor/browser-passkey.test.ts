import { expect, test } from "vitest";

import { bytes, text } from "./browser-passkey";

test("bytes go to the server and come back as they are", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const length of [0, 1, 2, 3, 32, 256]) {
    const some = all.slice(0, length);
    const encoded = text(some.buffer);
    expect(encoded).toMatch(/^[A-Za-z0-9_-]*$/);
    expect(bytes(encoded)).toEqual(some);
  }
  expect(text(new Uint8Array([251, 255]).buffer)).toBe("-_8");
});
