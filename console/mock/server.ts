/**
 * A pretended server: it speaks the contract, needs no machine and no agent, and forgets
 * everything when it ends. For working on the console, for its tests and for its pictures.
 */

import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

import { type WebSocket, WebSocketServer } from "ws";

import type { Notification } from "../src/api/live";
import type { Role } from "../src/api/types";
import { PretendedAgent } from "./agent";
import { type Answer, refuse } from "./answer";
import { PretendedTerminal } from "./attach";
import { addJobs } from "./jobs";
import { addMachines } from "./machines";
import { addMoney } from "./money";
import { addChannels } from "./notifications";
import { addPeople } from "./people";
import { addPolicies, addRules } from "./policy";
import { routes } from "./routes";
import { addSessions } from "./sessions";
import { addTenants } from "./tenants";
import { PretendedShell } from "./terminal";
import { at, DAY, HOUR, type Json, nextId, providerKey, World } from "./world";

export type Scene = "busy" | "empty" | "new";

export interface MockOptions {
  scene?: Scene;
  port?: number;
  /** A built console to serve; nothing but the interface is served where it is left out. */
  dist?: string;
  /** How fast the agent is: 1 as a real one, 0 without pauses. */
  pace?: number;
  /** Who is signed in: an administrator, unless this says otherwise. */
  role?: Role;
}

export interface Mock {
  url: string;
  world: World;
  /** Cuts every live connection, as a restart does. */
  cut(): void;
  /** While it is down, nothing is answered. */
  setDown(isDown: boolean): void;
  terminal(sessionId: string): PretendedTerminal;
  shell(sessionId: string): PretendedShell;
  close(): Promise<void>;
}

const COOKIE = "gantline_login=mock";

/** What the server sends with every page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const world = makeWorld(options.scene ?? "busy");
  world.user.role = options.role ?? world.user.role;
  const pace = { factor: options.pace ?? 1 };
  const agent = new PretendedAgent(world, pace);
  const answer = routes(world, agent, pace);
  const sockets = new Set<WebSocket>();
  const terminals = new Map<string, { shell: PretendedShell; terminal: PretendedTerminal }>();
  let isDown = false;

  const terminalOf = (sessionId: string) => {
    const known = terminals.get(sessionId);
    if (known) {
      return known;
    }
    const shell = new PretendedShell();
    const made = { shell, terminal: new PretendedTerminal(shell, world) };
    terminals.set(sessionId, made);
    return made;
  };

  const server = createServer((request, response) => {
    if (isDown) {
      request.destroy();
      return;
    }
    const path = new URL(request.url ?? "/", "http://mock").pathname;
    if (path.startsWith("/api/")) {
      void serveInterface(request, response, answer);
    } else {
      serveConsole(path, response, options.dist);
    }
  });

  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const isSignedIn = (request.headers.cookie ?? "").includes(COOKIE);
    if (isDown || !isSignedIn) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n");
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened);
      opened.on("close", () => sockets.delete(opened));
      const url = new URL(request.url ?? "/", "http://mock");
      const attach = /^\/api\/sessions\/([^/]+)\/attach$/.exec(url.pathname);
      if (attach?.[1]) {
        const from = url.searchParams.get("from");
        terminalOf(attach[1]).terminal.attach(
          opened,
          from === null ? null : Number(from),
          url.searchParams.get("viewer"),
        );
      } else {
        serveLive(opened, world);
      }
    });
  });

  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    cut: () => sockets.forEach((socket) => void socket.terminate()),
    setDown: (down) => {
      isDown = down;
    },
    terminal: (sessionId) => terminalOf(sessionId).terminal,
    shell: (sessionId) => terminalOf(sessionId).shell,
    close: () => {
      sockets.forEach((socket) => void socket.terminate());
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function makeWorld(scene: Scene): World {
  const world = new World();
  world.needsSetup = scene === "new";
  addPolicies(world);
  world.logins.push(
    login("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36", 0, true),
    login("Mozilla/5.0 (iPhone; CPU iPhone OS 20_1) AppleWebKit/605.1.15 Mobile Safari/604.1", 3),
  );
  if (scene === "busy") {
    addSessions(world, addMachines(world));
    addJobs(world);
    addMoney(world);
    addChannels(world);
    addPeople(world);
    addTenants(world);
    addRules(world);
    world.tokens.push({
      token_id: nextId(),
      name: "release pipeline",
      scopes: ["sessions"],
      created_at: at(20 * DAY),
      last_used_at: at(2 * HOUR),
      expires_at: at(-70 * DAY),
    });
    world.keys.push(
      key("anthropic", "team", "https://api.anthropic.com", "x7Qa"),
      key("openai", "experiments", "https://api.openai.com/v1", "93Fd"),
      {
        ...key("openai", "spare", "https://api.openai.com/v1", "k2Lm"),
        models: ["gpt-5.5", "gpt-5.4-nano"],
        aliases: { fast: "gpt-5.4-nano" },
        priority: -1,
        last_test: { result: "rejected", at: at(HOUR) },
      },
    );
  }
  return world;
}

function login(user_agent: string, daysAgo: number, current = false) {
  const created_at = at((daysAgo + 1) * DAY);
  const last_used_at = at(daysAgo * DAY);
  return {
    login_id: nextId(),
    user_agent,
    created_at,
    last_used_at,
    expires_at: at(-30 * DAY),
    current,
  };
}

function key(provider: string, key_name: string, base_url: string, hint: string) {
  const created_at = at(9 * DAY);
  return providerKey({ provider, key_name, base_url, hint, created_at, secret_set_at: created_at });
}

function serveLive(socket: WebSocket, world: World): void {
  const subscribed = new Set<string>();
  const notify = (said: Notification) => {
    const isOfOtherChat =
      said.method === "session.updates" && !subscribed.has(said.params.session_id);
    if (!isOfOtherChat) {
      socket.send(JSON.stringify({ jsonrpc: "2.0", ...said }));
    }
  };
  world.listeners.add(notify);
  socket.on("close", () => world.listeners.delete(notify));
  const connection_id = nextId();
  const times = { server_time: at(), server_version: world.version };
  notify({ method: "connected", params: { connection_id, session_id: connection_id, ...times } });
  const sessions = [...world.sessions.values()]
    .filter((session) => !session.archived)
    .sort((one, other) => other.last_active_at.localeCompare(one.last_active_at));
  const permissions = [...world.permissions.values()].filter((one) => one.state === "pending");
  const requests = [...world.budgets.values()].filter((one) => one.state === "pending");
  notify({ method: "session.snapshot", params: { sessions } });
  notify({ method: "machine.snapshot", params: { machines: [...world.machines.values()] } });
  notify({ method: "budget.snapshot", params: { requests } });
  notify({ method: "permission.snapshot", params: { permissions } });
  socket.on("message", (data: Buffer) => {
    const request = JSON.parse(data.toString()) as { id: number; method: string; params: Json };
    const answer = hear(request.method, request.params, world, subscribed, notify);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: request.id, ...answer }));
  });
}

function hear(
  method: string,
  params: Json,
  world: World,
  subscribed: Set<string>,
  notify: (said: Notification) => void,
): Json {
  const session_id = String(params.session_id);
  if (method === "session.subscribe") {
    const records = world.transcripts.get(session_id) ?? [];
    const updates = records.filter((record) => record.seq > Number(params.after ?? 0));
    subscribed.add(session_id);
    const isOnline = machineOf(world, session_id) === "online";
    setImmediate(() => {
      if (isOnline) {
        notify({ method: "session.updates", params: { session_id, updates } });
      }
      const state = isOnline ? "live" : "machine_offline";
      notify({ method: "session.stream", params: { session_id, state, message: null } });
    });
    return { result: { subscribed: true, session_id } };
  }
  if (method === "session.unsubscribe") {
    subscribed.delete(session_id);
    return { result: { success: true } };
  }
  return { error: { code: -32601, message: `there is no method ${method}` } };
}

function machineOf(world: World, sessionId: string): string {
  const session = world.sessions.get(sessionId);
  return world.machines.get(session?.machine_id ?? "")?.status ?? "offline";
}

async function serveInterface(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Parameters<ReturnType<typeof routes>>[0]) => Answer,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  const text = await readBody(request);
  const isUnsafe = request.method !== "GET";
  const isJson = (request.headers["content-type"] ?? "").startsWith("application/json");
  const answered =
    isUnsafe && !isJson && !url.pathname.endsWith("/files/content")
      ? refuse(415, "unsupported_media_type", "the body must be application/json")
      : answer({
          method: request.method ?? "GET",
          path: url.pathname,
          query: url.searchParams,
          body: text === "" || !isJson ? {} : (JSON.parse(text) as Json),
          raw: text,
          idempotencyKey: String(request.headers["idempotency-key"] ?? "") || null,
          isSignedIn: (request.headers.cookie ?? "").includes(COOKIE),
        });
  const type = answered.status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(answered.status, {
    "content-type": type,
    ...(answered.file === undefined
      ? {}
      : { "content-disposition": `attachment; filename="${answered.file}"` }),
    ...(answered.signIn === undefined
      ? {}
      : {
          "set-cookie": answered.signIn
            ? `${COOKIE}; Path=/; HttpOnly; SameSite=Lax`
            : "gantline_login=; Path=/; Max-Age=0",
        }),
  });
  const { body, file } = answered;
  const isFile = file !== undefined && (typeof body === "string" || Buffer.isBuffer(body));
  response.end(isFile ? body : JSON.stringify(body));
}

function serveConsole(path: string, response: ServerResponse, dist: string | undefined): void {
  if (dist === undefined) {
    response.writeHead(404).end("this server has no console; run `npm run dev`");
    return;
  }
  const wanted = join(dist, normalize(path));
  const file = extname(path) !== "" ? wanted : join(dist, "index.html");
  if (!file.startsWith(dist) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(readFileSync(file));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
