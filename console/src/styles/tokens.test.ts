// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const SOURCE = fileURLToPath(new URL("..", import.meta.url));
const css = readFileSync(join(SOURCE, "styles/tokens.css"), "utf8");

function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("\n  }", start));
  const found = block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g);
  return new Map([...found].map(([, name = "", value = ""]) => [name, value]));
}

const light = tokens(":root");
const dark = new Map([...light, ...tokens(':root[data-theme="dark"]')]);

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ["canvas", "surface", "raised", "hover", "sunken", "code-ground"];

/** Text and the grounds it stands on, and how much contrast it needs. */
const PAIRS: readonly (readonly [string, readonly string[], number])[] = [
  ["ink", [...GROUNDS, "brand-soft", "needs-soft", "failed-soft", "diff-add", "diff-del"], 7],
  ["ink-2", GROUNDS, 4.5],
  ["ink-3", ["canvas", "surface", "raised", "hover"], 4.5],
  ["link", ["canvas", "surface", "raised"], 4.5],
  ["brand", ["brand-soft", "surface"], 4.5],
  ["on-brand", ["brand", "brand-strong"], 4.5],
  ["needs", ["needs-soft", "canvas", "surface", "hover"], 4.5],
  ["working", ["working-soft", "canvas", "surface", "hover"], 4.5],
  ["unread", ["unread-soft", "canvas", "surface", "hover"], 4.5],
  ["failed", ["failed-soft", "canvas", "surface", "raised", "hover"], 4.5],
  ["ink-2", ["idle-soft", "needs-soft"], 4.5],
  ["diff-add-word", ["diff-add"], 1.1],
  ["ink", ["diff-add-word", "diff-del-word"], 4.5],
  ["syntax-comment", ["code-ground"], 4.5],
  ["syntax-keyword", ["code-ground"], 4.5],
  ["syntax-string", ["code-ground"], 4.5],
  ["syntax-number", ["code-ground"], 4.5],
  ["syntax-name", ["code-ground"], 4.5],
  ["syntax-type", ["code-ground"], 4.5],
  // Shapes need less than text (WCAG 1.4.11).
  ["focus", ["canvas", "surface", "raised"], 3],
  ["failed-fill", ["canvas", "surface"], 3],
  ["unread-fill", ["canvas", "surface"], 3],
  ["working-fill", ["canvas", "surface"], 3],
  ["needs-fill", ["canvas", "surface"], 3],
  ["idle-fill", ["canvas", "surface"], 3],
];

test.each([
  ["light", light],
  ["dark", dark],
])("everything can be read in %s", (_, theme) => {
  const weak = PAIRS.flatMap(([text, grounds, least]) =>
    grounds.flatMap((ground) => {
      const found = contrast(theme.get(text) ?? "", theme.get(ground) ?? "");
      return found < least ? [`${text} on ${ground}: ${found.toFixed(2)} < ${least}`] : [];
    }),
  );
  expect(weak).toEqual([]);
});

test("every colour of the day has one of the night", () => {
  const night = tokens(':root[data-theme="dark"]');
  expect([...light.keys()].filter((name) => !night.has(name))).toEqual([]);
});

/** The order of layers is that of their first mention, wherever the bundler puts which sheet. */
test("every style sheet names the layers in their order", () => {
  const sheets = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  for (const sheet of sheets.filter((name) => name.endsWith(".css"))) {
    const text = readFileSync(join(SOURCE, sheet), "utf8").replace(/^\/\*[\s\S]*?\*\/\s*/, "");
    expect(text, sheet).toMatch(/^@layer tokens, base, ui, shell, page;\n/);
  }
});

test("every variable that is used is defined somewhere", () => {
  const sheets = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".css"))
    .map((name) => readFileSync(join(SOURCE, name), "utf8"))
    .join("\n");
  const defined = new Set([...sheets.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  const used = [...sheets.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  expect(used.filter((name) => !defined.has(name))).toEqual([]);
});
