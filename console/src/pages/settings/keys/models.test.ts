import { expect, test } from "vitest";

import { readModels, writeModels } from "./models";

test.each([
  ["", null, {}],
  ["\n  \n", null, {}],
  ["gpt-5.5\n gpt-5.4 \ngpt-5.5", ["gpt-5.5", "gpt-5.4"], {}],
  ["fast = gpt-5.4-nano", null, { fast: "gpt-5.4-nano" }],
  ["m\nfast=a\nbest =b=c", ["m"], { fast: "a", best: "b=c" }],
])("%j", (text, models, aliases) => {
  const read = readModels(text);
  expect(read).toEqual({ models, aliases });
  expect(readModels(writeModels(read))).toEqual(read);
});
