// @vitest-environment node
import { expect, test } from "vitest";

import { offeredText } from "./clipboard";

test("a text that a program offers is read as UTF-8", () => {
  const encoded = Buffer.from("复制 me").toString("base64");
  expect(offeredText(`c;${encoded}`)).toBe("复制 me");
  expect(offeredText(`;${encoded}`)).toBe("复制 me");
});

/** S101: reading the clipboard is refused, and so is what is no text. */
test.each(["c;?", "c;", "c", "c;###", `c;${Buffer.from([0xff, 0xfe]).toString("base64")}`, ""])(
  "%j is refused",
  (data) => {
    expect(offeredText(data)).toBeNull();
  },
);

test("a text that is too long is refused", () => {
  expect(offeredText(`c;${"A".repeat(2 * 1024 * 1024)}`)).toBeNull();
});
