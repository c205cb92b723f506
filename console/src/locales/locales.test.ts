// @vitest-environment node
import { expect, test } from "vitest";

import en from "./en";
import zh from "./zh";

type Leaf = readonly [path: string, value: unknown];

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) {
    return [[path, value]];
  }
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`));
}

/** What a word says, with something in the place of what it is given. */
function said(value: unknown): string {
  return typeof value === "function" ? String(value(3, 5)) : String(value);
}

/** The server's codes are only translated where the server does not speak the language. */
const inBoth = (all: Leaf[]) => all.filter(([path]) => !path.startsWith(".problems."));

test("every language says everything, and nothing else", () => {
  const paths = (all: Leaf[]) => all.map(([path]) => path).sort();
  expect(paths(inBoth(leaves(zh)))).toEqual(paths(inBoth(leaves(en))));
});

test("nothing is empty, and what is given is said", () => {
  for (const [language, words] of Object.entries({ en, zh })) {
    for (const [path, value] of leaves(words)) {
      expect(said(value).trim(), `${language}${path}`).not.toBe("");
      expect(said(value), `${language}${path}`).not.toMatch(/undefined|\[object/);
      if (typeof value === "function" && value.length > 0 && !path.endsWith(".tool")) {
        expect(said(value), `${language}${path}`).toMatch(/[35]/);
      }
    }
  }
});

test("Chinese is Chinese", () => {
  const names = /^(?:Anthropic|OpenAI|Google|Shell|shell|Slack|Windows|×3|3 GiB)$/;
  for (const [path, value] of leaves(zh)) {
    const text = said(value);
    expect(/\p{Script=Han}/u.test(text) || names.test(text), `${path}: ${text}`).toBe(true);
  }
});

/** The glossary of the design: one noun per thing, in either language. */
test.each([
  ["en", en, /\b(?:device|node(?!\.js)|runner|tunnel|pairing|approval|executor|dashboard|hub)\b/i],
  ["zh", zh, /设备|节点|隧道|审批|仪表盘|项目(?!路径)|工程/],
] as const)("words that were given up are not used (%s)", (_, words, given_up) => {
  for (const [path, value] of leaves(words)) {
    expect(said(value), path).not.toMatch(given_up);
  }
});

test("quotation marks of English fit every font", () => {
  for (const [path, value] of leaves(en)) {
    expect(said(value), path).not.toMatch(/[‘’“”]/);
  }
});
