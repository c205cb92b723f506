/** What the pretended agent says, and the files it pretends to change. */

export const SHORT_ANSWER = `The time limit is now read from the configuration, and the old constant is gone.

- \`src/config.ts\` has a new field \`timeoutMs\` with the old value as its default.
- Nothing else had to change: every caller already went through \`config()\`.

Run \`npm test\` if you want to see it for yourself.`;

export const LONG_ANSWER = `## How a keystroke travels

A keystroke goes through **five** places before it is seen, and each of them can lose it. Here is who makes sure that none does.

1. The browser gives it a number and keeps it until it is acknowledged.
2. The server checks the *lease*: only the view that holds the keyboard may type.
3. The machine writes it to the terminal and says so.

| Where | What is kept | For how long |
| :-- | :-- | --: |
| Browser | input with its number | until acknowledged |
| Server | nothing | – |
| Machine | the last number | as long as the lease |

\`\`\`ts
export function push(bytes: Uint8Array): Keystrokes {
  // Numbers have no holes, so a resend is never typed twice.
  const seq = ++this.last;
  this.unacknowledged.push({ seq, bytes });
  return { lease: this.lease, seq, bytes };
}
\`\`\`

> A resend after a cut is harmless: the machine drops numbers that it has had.

See [the reference](https://example.com/reference?chapter=terminals#keyboard) for the whole story, or ask me about a single step.

### What is left

- [x] Numbers without holes
- [x] Resend after a cut
- [ ] Predictive echo on slow lines

That is all there is to it; the rest is bookkeeping.`;

export const CONFIG_BEFORE = `import { readFileSync } from "node:fs";

const TIMEOUT_MS = 30_000;

export interface Config {
  host: string;
  port: number;
}

export function config(path: string): Config {
  const text = readFileSync(path, "utf8");
  const read = JSON.parse(text) as Partial<Config>;
  return {
    host: read.host ?? "127.0.0.1",
    port: read.port ?? 8080,
  };
}

export function deadline(): number {
  return Date.now() + TIMEOUT_MS;
}
`;

export const CONFIG_AFTER = `import { readFileSync } from "node:fs";

export interface Config {
  host: string;
  port: number;
  /** How long a request may take. */
  timeoutMs: number;
}

export function config(path: string): Config {
  const text = readFileSync(path, "utf8");
  const read = JSON.parse(text) as Partial<Config>;
  return {
    host: read.host ?? "127.0.0.1",
    port: read.port ?? 8080,
    timeoutMs: read.timeoutMs ?? 30_000,
  };
}

export function deadline(config: Config): number {
  return Date.now() + config.timeoutMs;
}
`;

export const TEST_OUTPUT = `\u001b[1m RUN \u001b[22m v4.1.12 /home/ada/gantline

 \u001b[32m✓\u001b[39m src/config.test.ts \u001b[2m(8 tests)\u001b[22m \u001b[32m41ms\u001b[39m
 \u001b[32m✓\u001b[39m src/deadline.test.ts \u001b[2m(3 tests)\u001b[22m \u001b[32m12ms\u001b[39m
 \u001b[31m✗\u001b[39m src/server.test.ts \u001b[2m(14 tests | \u001b[31m1 failed\u001b[39m\u001b[2m)\u001b[22m
   \u001b[31m→ expected 30000 to be 5000\u001b[39m

\u001b[1m\u001b[31m Tests \u001b[22m 1 failed\u001b[39m | \u001b[32m24 passed\u001b[39m (25)
`;

export const CHINESE_ANSWER = `超时时间现在从配置中读取，旧的常量已经删除。

- \`src/config.ts\` 新增字段 \`timeoutMs\`，默认值与原来相同。
- 其他地方无需改动：所有调用方本来就通过 \`config()\` 取值。

如果想自己确认，请运行 \`npm test\`。`;
