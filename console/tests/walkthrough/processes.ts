/** Programs that a walkthrough has started: what they say, their end, and that nobody is left. */

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";

/** Generous: two cores are shared with compilers. */
export const PATIENCE_MS = 60_000;

export interface Program {
  pid: number;
  /** What it has said so far, on both outputs. */
  lines: readonly string[];
  /** Waits for a line that the pattern fits, and answers what the pattern caught. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Tells it to stop; waits for its end and answers how it exited. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  /** Waits until it ends by itself. */
  ended(): Promise<number | null>;
}

export interface Environment {
  directory: string;
  variables: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  input?: string;
}

export function start(program: string, arguments_: readonly string[], where: Environment): Program {
  const child = spawn(program, arguments_, {
    cwd: where.directory,
    env: { ...where.variables },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {
    // It ended without reading; how it ended is what is asked about.
  });
  child.stdin.end(where.input ?? "");
  const listened = listen(child);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    // Both outputs are read to their end first.
    child.once("close", (code) => resolve(code));
  });
  exited.then(listened.close, listened.close);
  const name = `${program} ${arguments_.join(" ")}`;
  return {
    pid: child.pid ?? 0,
    lines: listened.lines,
    said: (pattern) => within(listened.said(pattern), () => silence(name, pattern, listened.lines)),
    stop: (signal) => {
      child.kill(signal);
      return within(exited, () => `${name} did not end after ${signal}`);
    },
    ended: () => within(exited, () => `${name} did not end\n${listened.lines.join("\n")}`),
  };
}

interface Listened {
  lines: string[];
  said(pattern: RegExp): Promise<RegExpExecArray>;
  close(): void;
}

function listen({ stdout, stderr }: ChildProcess): Listened {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const wake = () => {
    for (const look of [...waiting]) {
      look();
    }
  };
  for (const input of [stdout, stderr]) {
    if (input) {
      createInterface({ input }).on("line", (line) => {
        lines.push(line);
        wake();
      });
    }
  }
  const said = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = lines.map((line) => pattern.exec(line)).find((one) => one !== null);
        if (found) {
          waiting.delete(look);
          resolve(found);
        } else if (isOver) {
          waiting.delete(look);
          reject(new Error(`it ended without saying ${pattern}:\n${lines.join("\n")}`));
        }
      };
      waiting.add(look);
      look();
    });
  const close = () => {
    isOver = true;
    wake();
  };
  return { lines, said, close };
}

function silence(name: string, pattern: RegExp, lines: readonly string[]): string {
  return `${name} did not say ${pattern}:\n${lines.join("\n")}`;
}

/** Waits, and not for ever. */
async function within<Value>(wait: Promise<Value>, problem: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem())), PATIENCE_MS);
  });
  try {
    return await Promise.race([wait, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Everybody who works in a directory or has it in the environment: a walkthrough's place has a name
 * of its own, which daemons, agents, terminals and their children inherit as `HOME` (proc(5)).
 */
export function processesOf(place: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && isOf(pid, place));
}

function isOf(pid: number, place: string): boolean {
  const [state, environment, directory] = [
    () => readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.[0] ?? "X",
    () => readFileSync(`/proc/${pid}/environ`, "latin1"),
    () => readlinkSync(`/proc/${pid}/cwd`),
  ].map(orNothing);
  const isDead = state === "" || state === "Z" || state === "X";
  return !isDead && Boolean(environment?.includes(place) || directory?.startsWith(place));
}

/** Of a process that is gone, or not ours, nothing is known. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/** Kills everybody of a place. For the end of a walkthrough, whatever has happened in it. */
export function sweep(place: string): void {
  // Who is started while others are killed is found by the next look.
  for (let look = 0; look < 100; look++) {
    const left = processesOf(place);
    if (left.length === 0) {
      return;
    }
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone already is as good.
      }
    }
  }
}
