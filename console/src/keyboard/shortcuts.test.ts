import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { listenForShortcuts } from "./shortcuts";

let done: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  done = [];
  const does = (name: string): [string, () => void] => [name, () => done.push(name)];
  const shortcuts = new Map([does("c"), does("?"), does("g m"), does("m"), does("mod+k")]);
  stop = listenForShortcuts(() => shortcuts);
});

afterEach(() => {
  stop();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
}

function add(html: string): Element {
  document.body.innerHTML = html;
  return document.body.querySelector("[data-target]") ?? document.body;
}

test("a key does what it says, in either case", () => {
  press("c");
  press("C", { shiftKey: true });
  press("?", { shiftKey: true });
  expect(done).toEqual(["c", "c", "?"]);
});

test("g waits for its letter, but not for ever", () => {
  press("g");
  press("m");
  press("m");
  press("g");
  vi.advanceTimersByTime(1300);
  press("m");
  expect(done).toEqual(["g m", "m", "m"]);
});

test.each([
  "<input data-target>",
  "<textarea data-target></textarea>",
  "<select data-target></select>",
  "<dialog open></dialog><p data-target></p>",
  "<div role=menu><button data-target></button></div>",
  "<article data-own-keys><button data-target></button></article>",
])("letters mean nothing in %s", (html) => {
  press("c", {}, add(html));
  expect(done).toEqual([]);
});

test("letters of an input method and letters with other keys mean nothing", () => {
  press("c", { isComposing: true });
  press("c", { altKey: true });
  press("c", { metaKey: true });
  expect(done).toEqual([]);
});

test("the palette opens from a field, but no Ctrl and letter is taken from a terminal", () => {
  press("k", { ctrlKey: true }, add("<input data-target>"));
  press("k", { ctrlKey: true }, add("<div class=xterm><textarea data-target></textarea></div>"));
  expect(done).toEqual(["mod+k"]);
});

test("afterwards nothing is heard any more", () => {
  stop();
  press("c");
  expect(done).toEqual([]);
});
