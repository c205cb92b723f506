import { Terminal } from "@xterm/xterm";
import { expect, test } from "vitest";

import { guardReports } from "./reports";

const QUESTIONS = [
  "\u001b[c",
  "\u001b[>c",
  "\u001b[5n",
  "\u001b[6n",
  "\u001b[?6n",
  "\u001b[20$p",
  "\u001b[?2004$p",
  "\u001bP$qm\u001b\\",
  "\u001b]10;?\u0007",
  "\u001b]4;1;?\u0007",
  "\u001b]0;\nrm -rf /\n\u0007\u001b[21t",
  "\u001b[14t",
];

async function answers(question: string, mayAnswer: boolean): Promise<string> {
  const terminal = new Terminal({ allowProposedApi: true });
  let typed = "";
  terminal.onData((data) => {
    typed += data;
  });
  guardReports(terminal, () => mayAnswer);
  await new Promise<void>((resolve) => terminal.write(question, resolve));
  terminal.dispose();
  return typed;
}

/** S101, S106: output that is replayed, or seen by somebody who only watches, types nothing. */
test.each(QUESTIONS)("%j is not answered unless somebody waits for it", async (question) => {
  expect(await answers(question, false)).toBe("");
});

test("a program that waits is told what the terminal is, and never its title", async () => {
  const attributes = await answers("\u001b[c", true);
  expect(attributes.slice(0, 3)).toBe("\u001b[?");
  expect(attributes.slice(3)).toMatch(/^[\d;]+c$/);
  expect(await answers("\u001b[6n", true)).toBe("\u001b[1;1R");
  expect(await answers("\u001b]0;evil\u0007\u001b[21t", true)).toBe("");
});
