// @vitest-environment node
import { expect, test } from "vitest";

import { distinctTitle } from "./distinct-title";

test.each([
  [[], "Codex · web"],
  [["Claude Code · web"], "Codex · web"],
  [["Codex · web"], "Codex · web 2"],
  [["Codex · web", "Codex · web 2", "Codex · web 7"], "Codex · web 8"],
  [["Codex · web 3"], "Codex · web 4"],
  [["Codex · web server", "Codex · website"], "Codex · web"],
])("among %j it is %j", (others, expected) => {
  expect(distinctTitle("Codex · web", others)).toBe(expected);
});
