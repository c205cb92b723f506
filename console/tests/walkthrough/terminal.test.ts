import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { startTerminal } from "./sessions";
import { enter, until, withHouse } from "./visitor";

withHouse();

/** Copying takes a moment: what is copied is drawn from ten thousand lines. */
const COPIED_WITHIN_MS = 10_000;

/** What stands on the screen of the terminal, from its first line to its last. */
function screen(page: Page): Promise<string[]> {
  return page.$$eval(".xterm-rows > div", (rows) =>
    rows.map((row) => (row.textContent ?? "").replaceAll("\u00a0", " ").trimEnd()),
  );
}

async function isOnScreen(page: Page, line: string): Promise<void> {
  await until(async () => expect(await screen(page)).toContain(line));
}

async function run(page: Page, command: string): Promise<void> {
  await page.keyboard.type(`${command}\n`);
}

/**
 * Waits until this holds for everything that can be scrolled back to, as whoever copies all of it
 * gets it. What is drawn anew meanwhile loses what was selected in it: then it is copied again.
 */
async function everything(page: Page, check: (lines: string[]) => void): Promise<void> {
  await until(async () => {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await select(page);
    await page.keyboard.down("Control");
    await page.keyboard.down("Shift");
    await page.keyboard.press("c");
    await page.keyboard.up("Shift");
    await page.keyboard.up("Control");
    // Nothing is copied if the selection was lost before.
    const copied = await page.waitForFunction(
      async () => (await navigator.clipboard.readText()) || null,
      { timeout: COPIED_WITHIN_MS },
    );
    const text = await copied.jsonValue();
    check((text ?? "").split("\n").map((line) => line.replaceAll("\u00a0", " ").trimEnd()));
  });
}

/** From the first line that the page keeps to the last. */
async function select(page: Page): Promise<void> {
  const box = await (await page.waitForSelector(".xterm-screen"))?.boundingBox();
  if (!box) {
    throw new Error("the terminal has no size");
  }
  await scroll(page, "up");
  await page.mouse.click(box.x + 1, box.y + 4);
  await scroll(page, "down");
  await page.keyboard.down("Shift");
  await page.mouse.click(box.x + box.width - 2, box.y + box.height - 4);
  await page.keyboard.up("Shift");
}

/** Pulls the scroll bar until there is no further. */
async function scroll(page: Page, to: "up" | "down"): Promise<void> {
  await until(async () => {
    const { x, y, whole, above, below } = await scrollBar(page);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, to === "up" ? whole.top - 50 : whole.bottom + 50, { steps: 4 });
    await page.mouse.up();
    expect(to === "up" ? above : below).toBeLessThan(1);
  });
}

async function scrollBar(page: Page) {
  // It appears when the pointer is over the terminal.
  await page.hover(".xterm-screen");
  return page.$eval(".xterm .scrollbar.vertical", (bar) => {
    const whole = bar.getBoundingClientRect();
    const slider = bar.querySelector(".slider")?.getBoundingClientRect() ?? whole;
    return {
      x: slider.left + slider.width / 2,
      y: slider.top + slider.height / 2,
      whole: { top: whole.top, bottom: whole.bottom },
      above: slider.top - whole.top,
      below: whole.bottom - slider.bottom,
    };
  });
}

/** The lines that are nothing but a number. */
function numbers(lines: readonly string[]): number[] {
  return lines.filter((line) => /^\d+$/.test(line)).map(Number);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** More than so many, and no hole up to the last. */
function expectTheLast(atLeast: number, found: number[], last: number): void {
  expect(found.length).toBeGreaterThan(atLeast);
  expect(found).toEqual(range(last + 1 - found.length, last));
}

test("what is typed is echoed, whatever its letters", async () => {
  const page = await enter();
  await startTerminal(page);
  await run(page, "echo héllo 中文 🙂 $((6 * 7))");
  await isOnScreen(page, "héllo 中文 🙂 42");
});

test("a reload in the middle of output loses nothing and doubles nothing", async () => {
  const page = await enter();
  await startTerminal(page);
  await run(page, "for n in $(seq 1 300); do echo $n; sleep 0.02; done; echo over");
  await until(async () => expect(Math.max(...numbers(await screen(page)))).toBeGreaterThan(20));
  await page.reload();
  await page.waitForSelector(".keyboard-yours");
  await isOnScreen(page, "over");
  await everything(page, (lines) => expect(numbers(lines)).toEqual(range(1, 300)));
});

test("a lot of output arrives whole, and a reload in the midst of it leaves no hole", async () => {
  const page = await enter();
  await startTerminal(page);
  await run(page, "seq 1 20000; echo over");
  await isOnScreen(page, "over");
  // As much as a page keeps: ten thousand lines.
  await everything(page, (lines) => expectTheLast(9_000, numbers(lines), 20_000));

  await run(page, "clear; seq 1 400000; echo 'over again'");
  await until(async () => expect(Math.max(...numbers(await screen(page)))).toBeGreaterThan(20_000));
  await page.reload();
  await page.waitForSelector(".keyboard-yours");
  await isOnScreen(page, "over again");
  await everything(page, (lines) => expectTheLast(100, numbers(lines), 400_000));
});

test("the program learns the size of the window", async () => {
  const page = await enter();
  await startTerminal(page);
  const columns = async () => {
    await run(page, "clear; stty size");
    let size = "";
    await until(async () => {
      size = (await screen(page)).find((line) => /^\d+ \d+$/.test(line)) ?? "";
      expect(size).not.toBe("");
    });
    return Number(size.split(" ")[1]);
  };
  let wide = 0;
  await until(async () => {
    wide = await columns();
    expect(wide).toBeGreaterThan(100);
  });
  await page.setViewport({ width: 900, height: 700 });
  await until(async () => expect(await columns()).toBeLessThan(wide));
  const shown = await page.$eval(".terminal-size", (fact) => fact.textContent ?? "");
  await until(async () => expect(shown).toContain(`${await columns()}×`));
});

test("two browsers see the same, and one has the keyboard", async () => {
  const one = await enter();
  await startTerminal(one);
  await run(one, "echo first words");
  await isOnScreen(one, "first words");
  const other = await enter();
  await other.goto(one.url());
  await isOnScreen(other, "first words");
  await run(one, "echo from the one");
  await isOnScreen(other, "from the one");
  await other.click(".terminal-keyboard button");
  await other.waitForSelector(".keyboard-yours");
  await one.waitForSelector(".keyboard-yours", { hidden: true });
  await run(other, "echo from the other");
  await isOnScreen(one, "from the other");
});

test("whoever comes back can type, however often, and the program has the window's size", async () => {
  const page = await enter();
  await startTerminal(page);
  for (let times = 1; times <= 8; times++) {
    await run(page, `echo came back ${times}: $(stty size)`);
    await until(async () => {
      const lines = await screen(page);
      expect(lines.some((line) => new RegExp(`^came back ${times}: \\d`).test(line))).toBe(true);
    });
    await page.reload();
    await page.waitForSelector(".keyboard-yours");
    await page.waitForFunction(() => document.activeElement?.matches(".xterm-helper-textarea"));
  }
  await page.waitForFunction(
    () => Number.parseInt(document.querySelector(".terminal-size")?.textContent ?? "0", 10) > 100,
  );
});

test("a full-screen program is there again after a reload, and leaves the screen as it was", async () => {
  const page = await enter();
  await startTerminal(page);
  await run(page, "echo before; seq 1 500 > lines.txt; less lines.txt");
  const isAtTop = () => until(async () => expect((await screen(page))[0]).toBe("1"));
  await isAtTop();
  await page.reload();
  await page.waitForSelector(".keyboard-yours");
  await isAtTop();
  await page.waitForFunction(() => document.activeElement?.matches(".xterm-helper-textarea"));
  await page.keyboard.type("G");
  await isOnScreen(page, "500");
  await page.keyboard.type("q");
  await isOnScreen(page, "before");
});

test("an exit is said, with its status", async () => {
  const page = await enter();
  await startTerminal(page);
  await run(page, "exit 3");
  await page.waitForSelector("[data-ended]");
  expect(await page.$eval("[data-ended]", (note) => note.textContent)).toContain("3");
});
