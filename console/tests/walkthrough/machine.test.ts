import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "puppeteer-core";
import { afterEach, expect, test } from "vitest";

import type { Program } from "./processes";
import { answers, newSession, say, startSession, turnsOver } from "./sessions";
import { enter, live, press, reads, until, visit, withHouse, words } from "./visitor";

const house = withHouse();

let daemon: Program | null = null;

afterEach(async () => {
  await daemon?.stop("SIGKILL");
  daemon = null;
});

const CARD = '.permission[data-state="pending"]';

/** Another computer: its data and its workspace are its own. */
function computer(name: string) {
  const [data, workspace] = [join(house().place, name), join(house().place, `${name}-workspace`)];
  mkdirSync(workspace, { recursive: true });
  return { data, workspace };
}

/** Opens the dialog; answers the command and the token that it shows. */
async function askForToken(page: Page): Promise<{ command: string; token: string }> {
  await visit(page, "/machines", ".machine-row");
  await page.click(".page-actions .button-primary");
  await page.waitForSelector(".enrol-wait");
  // Where the program is already, as here.
  await page.click(".enrol .segment:last-of-type");
  await page.waitForFunction(() =>
    document.querySelector(".enrol .copy-line code")?.textContent?.startsWith("gantline "),
  );
  const [command = "", token = ""] = await page.$$eval(".copy-line code", (all) =>
    all.map((one) => one.textContent ?? ""),
  );
  return { command, token };
}

/** Does on another computer what the dialog says; answers how enrolling ended. */
async function enrol(name: string, command: string, token: string): Promise<number | null> {
  const { data, workspace } = computer(name);
  const [program, ...words] = command.split(" ");
  expect(program).toBe("gantline");
  expect(command, "no secret is left in a shell's history").not.toContain(token);
  const given = [...words, "--name", name, "--workspace", workspace, "--data-dir", data];
  return house().run(given, `${token}\n`).ended();
}

function run(name: string): Program {
  daemon = house().run(["machine", "run", "--demo", "--data-dir", computer(name).data]);
  return daemon;
}

/** Adds a machine and answers its id. */
async function add(page: Page, name: string): Promise<string> {
  const { command, token } = await askForToken(page);
  expect(await enrol(name, command, token)).toBe(0);
  run(name);
  await reads(page, ".enrol-arrived", name);
  await press(page, "Show machine");
  await page.waitForSelector('[data-agent="demo"]');
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

test("a computer is added with the command that the dialog shows, and works", async () => {
  const page = await enter();
  const { command, token } = await askForToken(page);
  expect(await enrol("second", command, token)).toBe(0);
  run("second");
  await reads(page, ".enrol-arrived", "second");
  await press(page, "Start a session");
  const machines = await page.$$eval(".new-session .radio-card", (all) =>
    all.map((one) => [one.getAttribute("data-value"), one.textContent]),
  );
  const [machineId] = machines.find(([, text]) => text?.startsWith("second")) ?? [];
  await startSession(page, {
    kind: "chat",
    machineId: machineId ?? "",
    first: "/write far.txt hello",
  });
  await page.waitForSelector(CARD);
  await page.click(`${CARD} [data-action="allow_once"]`);
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("../second-workspace/far.txt")).toBe("hello");
  expect(house().file("far.txt")).toBeNull();

  // The token is used up.
  expect(await enrol("third", command, token)).not.toBe(0);
});

/** R01, R06: the server may die; the machine goes on, and the question waits for its answer. */
test("a question outlives the server, and its answer reaches the agent", async () => {
  const page = await enter();
  const machineId = await add(page, "durable");
  await newSession(page);
  await startSession(page, {
    kind: "chat",
    machineId,
    first: "/say before\n/write kept.txt hello\n/say after",
  });
  await page.waitForSelector(CARD);
  await house().kill();
  await page.waitForSelector('[data-connection="reconnecting"]');
  await house().start();
  await live(page);
  await page.waitForSelector(CARD);
  expect(house().file("../durable-workspace/kept.txt")).toBeNull();
  await page.click(`${CARD} [data-action="allow_once"]`);
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  expect(house().file("../durable-workspace/kept.txt")).toBe("hello");
  const said = await answers(page);
  expect(said.split("before")).toHaveLength(2);
  expect(said.split("after")).toHaveLength(2);
});

test("a turn goes on while the server is away, and the page catches up", async () => {
  const page = await enter();
  const machineId = await add(page, "steady");
  await newSession(page);
  await startSession(page, { kind: "chat", machineId, first: "/slow 120 50ms\n/append log.txt x" });
  await reads(page, ".agent-line", "1 2 3 4 5");
  await house().kill();
  // The machine goes on by itself: the file is written while nobody listens.
  await until(() => expect(house().file("../steady-workspace/log.txt")).toBe("x\n"));
  await house().start();
  await live(page);
  expect(await turnsOver(page, 1)).toEqual(["done"]);
  const all = Array.from({ length: 120 }, (_, index) => index + 1).join(" ");
  await reads(page, ".agent-line", all);
  expect((await answers(page)).split(" 57 ")).toHaveLength(2);
});

test("a terminal outlives the server, with all that it has said meanwhile", async () => {
  const page = await enter();
  const machineId = await add(page, "shell");
  await newSession(page);
  await startSession(page, { kind: "terminal", machineId });
  await page.keyboard.type("for n in $(seq 101 140); do echo $n; sleep 0.1; done; touch over\n");
  await reads(page, ".xterm-rows", "105");
  await house().kill();
  await page.waitForSelector("[data-cut]");
  await until(() => expect(house().file("../shell-workspace/over")).toBe(""));
  await house().start();
  await page.waitForSelector("[data-cut]", { hidden: true });
  const counted = Array.from({ length: 40 }, (_, index) => `${101 + index}`);
  await until(async () => {
    const lines = await page.$$eval(".xterm-rows > div", (rows) =>
      rows.map((row) => (row.textContent ?? "").trim()),
    );
    expect(lines.filter((line) => /^1\d\d$/.test(line))).toEqual(counted);
  });
  await page.keyboard.type("echo typed again\n");
  await reads(page, ".xterm-rows", "typed again");
});

test("a machine whose process is killed is shown offline, and comes back by itself", async () => {
  const page = await enter();
  const machineId = await add(page, "fleeting");
  await newSession(page);
  const id = await startSession(page, { kind: "chat", machineId, first: "/say hello" });
  await turnsOver(page, 1);
  await daemon?.stop("SIGKILL");
  await visit(page, `/machines/${machineId}`, ".machine-head");
  await until(async () => expect(await words(page, ".machine-head")).not.toContain("Online"));

  run("fleeting");
  await until(async () => expect(await words(page, ".machine-head")).toContain("Online"));
  await visit(page, `/sessions/${id}`, ".composer textarea");
  await say(page, "/say and again");
  expect(await turnsOver(page, 2)).toEqual(["done", "done"]);
  expect((await answers(page)).split("hello")).toHaveLength(2);
});

test("a token that nobody used dies with its dialog", async () => {
  const page = await enter();
  const { command, token } = await askForToken(page);
  await press(page, "Cancel");
  await page.waitForSelector(".enrol-wait", { hidden: true });
  await until(async () => expect(await enrol("late", command, token)).not.toBe(0));
});
