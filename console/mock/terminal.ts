/** A pretended shell on a pretended terminal: it echoes, it has colours, it can make much output. */

import { setTimeout as pause } from "node:timers/promises";

const PROMPT = "\u001b[1;36mada@build-01\u001b[0m:\u001b[1;34m~/gantline\u001b[0m$ ";

const BANNER = `\u001b[2mLast login: Sat Nov 21 08:14:02 from the console\u001b[0m\r\n${PROMPT}`;

const LISTING = [
  "\u001b[1;34mbench\u001b[0m        Cargo.lock    \u001b[1;34mconsole\u001b[0m       deny.toml     justfile",
  "\u001b[1;34mcrates\u001b[0m       Cargo.toml    \u001b[1;34mdocs\u001b[0m          \u001b[1;34me2e\u001b[0m           README.md",
].join("\r\n");

const STATUS = `On branch \u001b[32mmain\u001b[0m
Changes not staged for commit:
\t\u001b[31mmodified:   src/config.ts\u001b[0m
\t\u001b[31mmodified:   src/server.test.ts\u001b[0m
Untracked files:
\t\u001b[31msrc/deadline.ts\u001b[0m`.replaceAll("\n", "\r\n");

const TESTS = `\u001b[1m RUN \u001b[22m v4.1.12 /home/ada/gantline

 \u001b[32m✓\u001b[39m src/config.test.ts \u001b[2m(8 tests)\u001b[22m \u001b[32m41ms\u001b[39m
 \u001b[32m✓\u001b[39m src/deadline.test.ts \u001b[2m(3 tests)\u001b[22m \u001b[32m12ms\u001b[39m
 \u001b[32m✓\u001b[39m 测试/中文.test.ts \u001b[2m(5 tests)\u001b[22m \u001b[33m318ms\u001b[39m

\u001b[1m Tests \u001b[22m \u001b[32m16 passed\u001b[39m (16)`.replaceAll("\n", "\r\n");

/** The program behind a terminal. Output goes to whoever listens; input is a line at a time. */
export class PretendedShell {
  /** All output since the beginning. */
  output = Buffer.alloc(0);
  readonly listeners = new Set<() => void>();
  columns = 80;
  rows = 24;
  #line = "";
  #decoder = new TextDecoder();

  constructor() {
    this.write(BANNER);
    for (const command of ["ls", "git status", "npm test"]) {
      this.input(Buffer.from(`${command}\r`));
    }
  }

  write(text: string): void {
    this.output = Buffer.concat([this.output, Buffer.from(text)]);
    for (const listener of this.listeners) {
      listener();
    }
  }

  input(bytes: Uint8Array): void {
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      this.#type(character);
    }
  }

  #type(character: string): void {
    if (character === "\r") {
      const line = this.#line;
      this.#line = "";
      this.write("\r\n");
      void this.#run(line.trim());
    } else if (character === "\u007f") {
      this.#line = this.#line.slice(0, -1);
      this.write("\b \b");
    } else if (character === "\u0003") {
      this.#line = "";
      this.write(`^C\r\n${PROMPT}`);
    } else if (character >= " ") {
      this.#line += character;
      this.write(character);
    }
  }

  async #run(line: string): Promise<void> {
    const [command = "", ...words] = line.split(" ");
    if (command === "ls") this.write(`${LISTING}\r\n`);
    else if (line === "git status") this.write(`${STATUS}\r\n`);
    else if (line === "npm test") this.write(`${TESTS}\r\n`);
    else if (command === "echo") this.write(`${words.join(" ")}\r\n`);
    else if (command === "size") this.write(`${this.columns}x${this.rows}\r\n`);
    else if (command === "seq") this.#count(Number(words[0]) || 10);
    else if (command === "slow") await this.#slowly(Number(words[0]) || 10);
    else if (command === "osc52") this.write("\u001b]52;c;Z290Y2hh\u0007");
    else if (command === "title") this.write(`\u001b]0;${words.join(" ")}\u0007`);
    else if (command !== "") this.write(`${command}: command not found\r\n`);
    this.write(PROMPT);
  }

  #count(last: number): void {
    const lines = Array.from({ length: last }, (_, index) => `${index + 1}\r\n`);
    this.write(lines.join(""));
  }

  async #slowly(last: number): Promise<void> {
    for (let number = 1; number <= last; number++) {
      this.write(`${number}\r\n`);
      await pause(50);
    }
  }
}
