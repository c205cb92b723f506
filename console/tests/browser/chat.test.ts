import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";

import { PAYLOADS } from "../payloads";
import {
  enter,
  type House,
  openSession,
  press,
  sessionNamed,
  until,
  withBrowser,
  words,
} from "./house";

withBrowser();

const QUIET = "Explain the retry logic in the link";
const ASKING = "Read the time limit from the configuration";

/** Opens a chat in which nothing was said, and says something. */
async function say(house: House, text: string): Promise<string> {
  const id = await openSession(house, QUIET, ".composer textarea");
  await house.page.type(".composer textarea", text);
  await house.page.keyboard.press("Enter");
  return id;
}

function endings(page: Page): Promise<string[]> {
  return page.$$eval(".turn-end", (all) => all.map((one) => one.getAttribute("data-state") ?? ""));
}

test("a question is allowed with one key, and what was done is shown as a change", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await say(house, "edit the limit");
  await page.waitForSelector(".permission-answers");
  await page.focus(".permission");
  await page.keyboard.press("y");
  await page.waitForSelector('.turn-end[data-state="done"]');
  const asked = [...mock.world.permissions.values()].find((one) => one.session_id === id);
  expect(asked).toMatchObject({ state: "resolved", answer: "allow_once" });
  await page.click(".tool:has(.diff-counts) .tool-row");
  await page.waitForSelector(".diff-add");
  expect(house.problems).toEqual([]);
});

test("a question is denied with a note that the agent gets", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await say(house, "edit the limit");
  await page.waitForSelector(".permission-answers");
  await page.focus(".permission");
  await page.keyboard.press("n");
  await page.waitForSelector(".permission textarea");
  await page.type(".permission textarea", "use a constant");
  await press(page, "Deny and tell");
  await page.waitForSelector('.turn-end[data-state="done"]');
  const asked = [...mock.world.permissions.values()].find((one) => one.session_id === id);
  expect(asked).toMatchObject({ state: "resolved", answer: "deny", note: "use a constant" });
});

test("typing into the message box answers no question", async () => {
  const house = await enter();
  const { page, mock } = house;
  const id = await openSession(house, ASKING, ".permission-answers");
  await page.click(".composer textarea");
  await page.keyboard.type("yes, and never again");
  const asked = [...mock.world.permissions.values()].find((one) => one.session_id === id);
  expect(asked?.state).toBe("pending");
});

test("a reload in the middle of an answer loses nothing and doubles nothing", async () => {
  const house = await enter({ pace: 1 });
  const { page, mock } = house;
  const id = await say(house, "long");
  await page.waitForSelector(".agent-line");
  await page.reload();
  await page.waitForSelector(".agent-line");
  mock.cut();
  await page.waitForSelector('.turn-end[data-state="done"]');
  const spoken = (mock.world.transcripts.get(id) ?? [])
    .map(({ update }) => update as { kind: string; content?: { text?: string } })
    .filter((update) => update.kind === "agent_message_chunk")
    .map((update) => update.content?.text ?? "")
    .join("");
  const first = spoken.split("\n").find((line) => line.startsWith("#")) ?? "";
  const shown = await words(page, ".line-scroll");
  expect(shown.split(first.replace(/^#+ /, "")).length).toBe(2);
  expect(await page.$$eval(".user-line", (all) => all.length)).toBe(1);
  expect(await endings(page)).toEqual(["done"]);
});

test("what is sent while the server is away arrives when it is back, once", async () => {
  const house = await enter({ pace: 0 });
  const { page, mock } = house;
  const id = await openSession(house, QUIET, ".composer textarea");
  mock.setDown(true);
  mock.cut();
  await page.waitForSelector('[data-connection="reconnecting"]');
  await page.type(".composer textarea", "hello from below");
  await page.keyboard.press("Enter");
  mock.setDown(false);
  await page.waitForSelector('.turn-end[data-state="done"]');
  const turns = [...mock.world.turns.values()].filter((turn) => turn.session_id === id);
  expect(turns).toHaveLength(1);
  expect(await page.$$eval(".user-line", (all) => all.length)).toBe(1);
});

test("messages wait in a queue, can be taken back, and outlive a reload", async () => {
  const house = await enter({ pace: 2 });
  const { page } = house;
  await say(house, "long");
  await page.waitForSelector(".agent-line");
  for (const text of ["first in the queue", "second in the queue"]) {
    await page.type(".composer textarea", text);
    await page.keyboard.press("Enter");
  }
  const queued = () =>
    page.$$eval('[data-state="queued"]', (all) => all.map((one) => one.textContent ?? ""));
  await until(async () => expect(await queued()).toHaveLength(2));
  await page.reload();
  await until(async () => expect(await queued()).toHaveLength(2));
  await page.click('[data-state="queued"] .icon-button');
  await until(async () => {
    const left = await queued();
    expect(left).toHaveLength(1);
    expect(left[0]).toContain("second in the queue");
  });
});

test("a turn is stopped, and says that it was", async () => {
  const house = await enter({ pace: 2 });
  const { page } = house;
  await say(house, "long");
  await page.waitForSelector(".agent-line");
  await press(page, "Stop");
  await until(async () => expect(await endings(page)).toEqual(["cancelled"]));
});

test("a draft outlives a reload", async () => {
  const house = await enter();
  const { page } = house;
  await openSession(house, QUIET, ".composer textarea");
  await page.type(".composer textarea", "not finished");
  await page.reload();
  await page.waitForSelector(".composer textarea");
  expect(await page.$eval("textarea", (field) => field.value)).toBe("not finished");
});

/** S27, S29, S106: in a real browser, with the real policy, and nothing fetched from anywhere; what was
 * recorded before the page came goes through the same gate as what is said while it looks on. */
test("whatever an agent writes is words", async () => {
  const house = await enter({ pace: 0 });
  const { page, mock } = house;
  const id = sessionNamed(mock, QUIET);
  PAYLOADS.forEach((payload, index) => {
    const message = { message_id: `m${index}`, content: { kind: "text", text: payload } };
    mock.world.append(id, { kind: "agent_message_chunk", ...message });
    mock.world.append(id, { kind: "agent_thought_chunk", ...message, message_id: `t${index}` });
    const call = { kind: "tool_call", tool_call_id: `c${index}`, title: payload };
    mock.world.append(id, { ...call, tool_kind: "execute", status: "completed" });
  });
  mock.world.changeSession(id, { title: PAYLOADS[2] ?? "" });
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, `/sessions/${id}`);
  await page.waitForSelector(".agent-line");
  // Every line is drawn once on the way up.
  await page.evaluate(async () => {
    const box = document.querySelector(".line-scroll");
    while (box && box.scrollTop > 0) {
      box.scrollTop -= box.clientHeight / 2;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }
  });
  expect(await page.evaluate(() => "pwned" in globalThis)).toBe(false);
  expect(
    await page.$$eval(
      ".line-scroll :is(script, iframe, img, svg[onload], form, object, style, base, link, meta)",
      (all) => all.length,
    ),
  ).toBe(0);
  expect(house.strangers).toEqual([]);
  expect(house.problems).toEqual([]);
});

test("ten thousand lines scroll, and only those in sight are drawn", async () => {
  const house = await enter({ pace: 0 });
  const { page, mock } = house;
  const id = sessionNamed(mock, QUIET);
  for (let number = 0; number < 10_000; number++) {
    const text = `Line **${number}** of many.\n\n${"More words. ".repeat(number % 9)}`;
    mock.world.append(id, {
      kind: "agent_message_chunk",
      message_id: `m${number}`,
      content: { kind: "text", text },
    });
  }
  await openSession(house, QUIET, ".agent-line");
  await until(async () => expect(await words(page, ".line-scroll")).toContain("Line 9999"));
  const { typical, most } = await page.evaluate(async () => {
    const box = document.querySelector(".line-scroll") as HTMLElement;
    const took: number[] = [];
    let drawn = 0;
    let before = performance.now();
    for (let step = 0; step < 120; step++) {
      box.scrollTop -= 400;
      await new Promise((next) => requestAnimationFrame(next));
      const now = performance.now();
      took.push(now - before);
      drawn = Math.max(drawn, document.querySelectorAll(".line").length);
      before = now;
    }
    took.sort((one, other) => one - other);
    return { typical: took[took.length / 2] ?? 0, most: drawn };
  });
  expect(most).toBeLessThan(120);
  // A frame is 17 ms; the bound leaves room for a busy computer.
  expect(typical).toBeLessThan(100);
  await page.evaluate(() => {
    (document.querySelector(".line-scroll") as HTMLElement).scrollTop = 0;
  });
  await until(async () => expect(await words(page, ".line-scroll")).toContain("Line 0 "));
}, 120_000);
