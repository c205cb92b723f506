/** The real program with a place of its own: started, killed, and started again. */

import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { type Program, processesOf, start, sweep } from "./processes";

/** What scripts may come in with. */
export const TOKEN = "walkthrough-token";

export interface House {
  url: string;
  /** The link that it printed when it was started last. */
  link(): string;
  /** The directory in which its sessions run. */
  workspace: string;
  /** Everything that belongs to it. */
  place: string;
  /** The text of a file in the workspace; null if there is none. */
  file(name: string): string | null;
  /** Whether it is meant to run: while it does not, pages complain, and rightly. */
  isUp(): boolean;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it on the same data and port, and waits until it answers. */
  start(): Promise<void>;
  /** It is started with these arguments too from now on. */
  add(more: readonly string[]): void;
  /** Presses Ctrl-C. */
  interrupt(): Promise<number | null>;
  /** Runs the program with other arguments, in the same environment. */
  run(arguments_: readonly string[], input?: string): Program;
  /** Asks the server with the shared token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Who of it is alive. */
  processes(): number[];
  /** Ends everything and removes everything. */
  close(): void;
}

export async function build(): Promise<House> {
  const program = findProgram();
  const place = mkdtempSync(join(tmpdir(), "gantline-walkthrough-"));
  const [workspace, home] = ["workspace", "home"].map((name) => join(place, name)) as [
    string,
    string,
  ];
  mkdirSync(workspace);
  mkdirSync(home);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const where = {
    directory: workspace,
    variables: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: home,
      LANG: "C.UTF-8",
      SHELL: "/bin/sh",
      PS1: "$ ",
      GANTLINE_LOG: "info",
      RUST_BACKTRACE: "1",
    },
  };
  const data = join(place, "data");
  const arguments_ = [
    ...["up", "--demo", "--port", `${port}`, "--data-dir", data],
    ...["--workspace", workspace, "--token", TOKEN],
  ];
  let running: Program | null = null;
  let link = "";

  const begin = async () => {
    running = start(program, arguments_, where);
    link = (await running.said(/(http:\S+\/#\/welcome\/\S+)/))[1] ?? "";
    await mustHaveConsole(url);
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = running;
    running = null;
    return ended ? ended.stop(signal) : null;
  };
  const house: House = {
    url,
    link: () => link,
    workspace,
    place,
    file: (name) =>
      existsSync(join(workspace, name)) ? readFileSync(join(workspace, name), "utf8") : null,
    isUp: () => running !== null,
    kill: async () => {
      await end("SIGKILL");
    },
    start: begin,
    add: (more) => void arguments_.push(...more),
    interrupt: () => end("SIGINT"),
    run: (given, input) => start(program, given, input === undefined ? where : { ...where, input }),
    ask: (path, init) =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${TOKEN}`, ...init?.headers },
      }),
    processes: () => processesOf(place),
    close: () => {
      sweep(place);
      rmSync(place, { recursive: true, force: true });
    },
  };
  try {
    await begin();
  } catch (error) {
    house.close();
    throw error;
  }
  return house;
}

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/** Where `cargo build` leaves the program, unless somebody says otherwise. */
function findProgram(): string {
  const target = process.env.CARGO_TARGET_DIR ?? "target";
  const program = process.env.GANTLINE_BINARY ?? resolve(REPOSITORY, target, "debug/gantline");
  try {
    accessSync(program, constants.X_OK);
  } catch {
    throw new Error(
      `${program} cannot be run. Build it: npm run build (in console), then cargo build -p gantline; or name one in GANTLINE_BINARY.`,
    );
  }
  return program;
}

/** A program that was built before the console has only a page that says so. */
async function mustHaveConsole(url: string): Promise<void> {
  const page = await (await fetch(url)).text();
  if (!page.includes('<script type="module"')) {
    throw new Error(
      "this program has no console in it. Build the console first (npm run build), then the program (cargo build -p gantline).",
    );
  }
}

/** Below the range from which the system takes the ports of outgoing connections, so that nobody
 * takes it while the house is down. */
async function freePort(): Promise<number> {
  const first = 15_000 + ((process.pid * 7) % 10_000);
  for (let port = first; port < 32_000; port++) {
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error("no port is free");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
