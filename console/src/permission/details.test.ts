// @vitest-environment node
import { expect, test } from "vitest";

import { readDetails } from "./details";

function details(tool: string, rawInput: unknown, more: object = {}) {
  return readDetails({
    tool,
    reason: "changes need a person's consent",
    tool_call: { tool_call_id: "t", raw_input: rawInput, ...more },
    request_digest: "",
  });
}

/** S30: a person sees exactly what will be executed. */
test("a command is shown as it is, with where it runs and everything else it is given", () => {
  const found = details("Bash", { command: "rm -rf  /tmp/x\n", cwd: "/srv", timeout: 5 });
  expect(found.command).toBe("rm -rf  /tmp/x\n");
  expect(found.cwd).toBe("/srv");
  expect(found.rest).toEqual([["timeout", "5"]]);
});

test("words of a command are seen apart", () => {
  const words = ["git", "commit", "-m", "it's done; rm -rf /", ""];
  expect(details("Bash", { command: words }).command).toBe(
    "git commit -m 'it'\\''s done; rm -rf /' ''",
  );
});

test("a command that is no text is not left out", () => {
  const found = details("Bash", { command: { evil: true } });
  expect(found.command).toBeNull();
  expect(found.rest).toEqual([["command", '{\n  "evil": true\n}']]);
});

test("input that is no object is shown as well", () => {
  expect(details("other", "just text").rest).toEqual([["", "just text"]]);
  expect(details("other", ["a"]).rest).toEqual([["", '[\n  "a"\n]']]);
});

test("changes of files are found", () => {
  const diff = { kind: "diff", path: "/a", old_text: "1", new_text: "2" };
  const found = details("Edit", {}, { content: [diff] });
  expect(found.diffs).toEqual([{ kind: "diff", path: "/a", oldText: "1", newText: "2" }]);
});

test.each([
  ["Bash", "command"],
  ["Edit", "tool"],
  ["WebFetch", "tool"],
  ["other", "call"],
  ["mcp__server__tool", "call"],
  ["review", "none"],
])("consent to %s for the session reaches as far as: %s", (tool, scope) => {
  expect(details(tool, {}).scope).toBe(scope);
});

test.each([null, 1, "x", [], {}, { tool_call: 1 }, { tool_call: { raw_input: null } }])(
  "%j breaks nothing",
  (nonsense) => {
    expect(readDetails(nonsense).diffs).toEqual([]);
  },
);
