import { expect, test } from "vitest";

import { readTags } from "./tags";

test.each([
  ["release, docs", ["release", "docs"]],
  [" release ,, release ", ["release"]],
  ["发布，文档、待办", ["发布", "文档", "待办"]],
  ["two   words", ["two words"]],
  [" , ", []],
])("%j", (line, tags) => {
  expect(readTags(line)).toEqual(tags);
});
