/** The HTTP half of the pretended server: what the console asks, answered from the world. */

import { randomUUID } from "node:crypto";

import type {
  ApiTokenView,
  FreezeView,
  MachineView,
  PolicyOptions,
  ProviderKeyView,
  SessionView,
  TurnView,
} from "../src/api/types";
import type { Pace, PretendedAgent } from "./agent";
import { type Answer, type Asked, ok, type Route, refuse } from "./answer";
import { budgetRoutes, permissionRoutes } from "./asks";
import { auditRoutes } from "./audit";
import { changeRoutes } from "./changes";
import { copyRoutes } from "./copies";
import { fileRoutes } from "./files";
import { found } from "./found";
import { jobRoutes } from "./jobs";
import { machine } from "./machines";
import { moneyRoutes, sessionUsage } from "./money";
import { notificationRoutes } from "./notifications";
import { outsideRoutes } from "./outside";
import { pauseRoutes } from "./pauses";
import { peopleRoutes } from "./people";
import { policyRoutes, resolve } from "./policy";
import { searchRoutes } from "./said";
import { STEP_ROUTES, secondFactorRoutes, secondStep } from "./second-factor";
import { shareRoutes } from "./shares";
import { freezeOther, tenantRoutes } from "./tenants";
import { updateRoutes } from "./updates";
import { worktreeOf, worktreeRoutes } from "./worktrees";
import { at, DAY, HOUR, type Json, nextId, providerKey, type World } from "./world";

const DONE = ok({ success: true });

const OPEN = new Set([
  "GET /api/auth/check",
  "POST /api/setup",
  "POST /api/auth/link",
  "POST /api/auth/link/password",
  "POST /api/auth/login",
  ...STEP_ROUTES,
  "GET /api/build",
]);

/** Answers one request. */
export function routes(world: World, agent: PretendedAgent, pace: Pace): (asked: Asked) => Answer {
  const table: Record<string, Route> = {
    ...authRoutes(world),
    ...secondFactorRoutes(world),
    ...peopleRoutes(world),
    ...machineRoutes(world),
    ...tenantRoutes(world),
    ...sessionRoutes(world, agent),
    ...notificationRoutes(world),
    ...pauseRoutes(world),
    ...searchRoutes(world),
    ...shareRoutes(world),
    ...updateRoutes(world),
    ...worktreeRoutes(world),
    ...permissionRoutes(world),
    ...budgetRoutes(world),
    ...jobRoutes(world, pace),
    ...fileRoutes(),
    ...copyRoutes(world),
    ...outsideRoutes(),
    ...changeRoutes(world),
    ...policyRoutes(world),
    ...moneyRoutes(world),
    ...auditRoutes(world),
    ...houseRoutes(world),
  };
  return (asked) => {
    const parts = asked.path.split("/");
    const ids = parts.filter((part) => /^[0-9a-f-]{36}$/.test(part));
    const [id = "", other = ""] = ids;
    const isNamed = asked.path.startsWith("/api/policy/presets/");
    const general = parts.map((part, index) => {
      if (part === id && id) return ":id";
      if (part === other && other) return ":other";
      return isNamed && index === parts.length - 1 ? ":name" : part;
    });
    const name = `${asked.method} ${general.join("/")}`;
    if (!OPEN.has(name) && !asked.isSignedIn) {
      return refuse(401, "not_signed_in", "sign in first");
    }
    const route = table[name];
    return route ? route(asked, id) : refuse(404, "not_found", `there is no ${name}`);
  };
}

function authRoutes(world: World): Record<string, Route> {
  return {
    "GET /api/auth/check": () =>
      ok({ required: true, setup_required: world.needsSetup, providers: world.providers }),
    "GET /api/auth/me": () => ok(world.user),
    "POST /api/auth/logout": () => ok({ success: true }, false),
    "POST /api/auth/link": ({ body }) => {
      if (body.secret === "setup" && world.needsSetup) return ok({ setup: true });
      if (body.secret === "invited") {
        return ok({ setup: false, password: true, username: world.user.username });
      }
      if (body.secret === "sign-in") return ok({ setup: false, user: world.user }, true);
      return refuse(403, "link_used", "the link has been used or is too old");
    },
    "POST /api/auth/link/password": ({ body }) => {
      world.password = String(body.password);
      return ok({ success: true, user: world.user }, true);
    },
    "POST /api/setup": ({ body }) => {
      if (!world.needsSetup) return refuse(409, "already_set_up", "there is an administrator");
      if (String(body.password).length < 8) {
        return refuse(400, "bad_password", "a password has 8 to 256 characters");
      }
      world.needsSetup = false;
      world.password = String(body.password);
      world.user.username = String(body.username);
      world.user.display_name = String(body.display_name ?? body.username);
      return ok({ success: true, user: world.user }, true);
    },
    "POST /api/auth/login": ({ body }) => {
      const isRight = body.username === world.user.username && body.password === world.password;
      if (!isRight) return refuse(401, "bad_credentials", "the name or the password is wrong");
      const step = secondStep(world);
      if (step) return step;
      return ok({ success: true, user: world.user }, true);
    },
    "POST /api/auth/password": ({ body }) => {
      if (body.current !== world.password) {
        return refuse(403, "bad_credentials", "the current password is wrong");
      }
      world.password = String(body.new);
      return DONE;
    },
    "GET /api/auth/logins": () => ok({ logins: world.logins }),
    "DELETE /api/auth/logins/:id": (_, id) => remove(world.logins, (one) => one.login_id === id),
    "GET /api/auth/tokens": () => ok({ tokens: world.tokens }),
    "POST /api/auth/tokens": ({ body }) => {
      const view = {
        token_id: nextId(),
        name: String(body.name),
        scopes: (body.scopes as ApiTokenView["scopes"] | undefined) ?? ["full"],
        created_at: at(),
        last_used_at: null,
        expires_at: at(-Number(body.expires_in_days ?? 90) * DAY),
      };
      world.tokens.unshift(view);
      return ok({ token: `gl_pat_${randomUUID().replaceAll("-", "")}`, ...view });
    },
    "POST /api/auth/tokens/:id/rotate": ({ body }, id) => {
      const previous = world.tokens.find((one) => one.token_id === id);
      if (!previous) return refuse(404, "not_found", "token not found");
      const view = { ...previous, token_id: nextId(), created_at: at(), last_used_at: null };
      previous.expires_at = at((-Number(body.overlap_minutes ?? 10) / 60) * HOUR);
      world.tokens.unshift(view);
      return ok({ token: `gl_pat_${randomUUID().replaceAll("-", "")}`, ...view, previous });
    },
    "GET /api/webhook-secret": () => ok(world.webhookSecret),
    "POST /api/webhook-secret": () => {
      world.webhookSecret = { created_at: at() };
      return ok({ secret: `whsec_${randomUUID().replaceAll("-", "")}`, ...world.webhookSecret });
    },
    "DELETE /api/auth/tokens/:id": (_, id) => remove(world.tokens, (one) => one.token_id === id),
  };
}

function machineRoutes(world: World): Record<string, Route> {
  return {
    "POST /api/remote/machines/register": () => {
      setTimeout(() => {
        world.putMachine(machine({ machine_name: "new-laptop", enrolled_at: at() }));
      }, 6000).unref();
      return ok({
        success: true,
        registration_token: "gl_enr_7Yk2mQ9xV4bT1sWcR8nLpA.q5JfH3dZ0uEoG6iKvMwXyB",
        enrolment_id: nextId(),
        expires_at: at(-HOUR),
        command:
          "curl -fsSL https://gantline.example.com/install-device-agent.sh | sudo bash -s -- --server https://gantline.example.com",
        windows_command:
          "Set-ExecutionPolicy -Scope Process -ExecutionPolicy Bypass -Force; $p = Join-Path $env:TEMP 'install-device-agent.ps1'; Invoke-WebRequest -Uri 'https://gantline.example.com/install-device-agent.ps1' -OutFile $p -UseBasicParsing; & $p -Server 'https://gantline.example.com'",
        enroll_command: "gantline machine enroll --server https://gantline.example.com",
      });
    },
    "DELETE /api/remote/machines/:id": (_, id) => {
      world.machines.delete(id);
      world.tell({ method: "machine.deleted", params: { machine_id: id } });
      return DONE;
    },
    "PATCH /api/remote/machines/:id": ({ body }, id) =>
      changeMachine(world, id, {
        machine_name: String(body.machine_name),
        labels: body.labels as string[],
      }),
    "PUT /api/remote/machines/:id/freeze": ({ body }, id) =>
      changeMachine(world, id, { frozen: freeze(body.reason) }),
    "POST /api/remote/machines/:id/rotate-key": (_, id) =>
      changeMachine(world, id, { key_since: new Date().toISOString() }),
    "DELETE /api/remote/machines/:id/freeze": (_, id) => changeMachine(world, id, { frozen: null }),
    "PUT /api/tenants/:id/freeze": ({ body }, id) => freezeAll(world, id, freeze(body.reason)),
    "DELETE /api/tenants/:id/freeze": (_, id) => freezeAll(world, id, null),
    "POST /api/remote/machines/:id/detect": (_, id) => {
      const found = world.machines.get(id);
      if (!found) return refuse(404, "not_found", "there is no such machine");
      if (found.status !== "online") {
        return refuse(
          409,
          "machine_offline",
          "gpu-box is offline",
          "Start its daemon, then retry.",
        );
      }
      return ok({ success: true, machine: found });
    },
  };
}

function sessionRoutes(world: World, agent: PretendedAgent): Record<string, Route> {
  const with_ = (id: string, run: (session: SessionView) => Answer) => {
    const session = world.sessions.get(id);
    return session ? run(session) : refuse(404, "not_found", "there is no such session");
  };
  return {
    "GET /api/sessions": ({ query }) => {
      const sessions = found(world, query);
      return ok({ sessions, count: sessions.length });
    },
    "GET /api/sessions/export/:id": ({ query }, id) =>
      with_(id, (session) => exported(world, session, query.get("format") ?? "json")),
    "POST /api/sessions/import": ({ body }) => imported(world, body),
    "POST /api/sessions": ({ body }) => create(world, body),
    "GET /api/sessions/:id": (_, id) => with_(id, (session) => ok({ success: true, session })),
    "PATCH /api/sessions/:id": ({ body }, id) =>
      with_(id, () => {
        world.changeSession(id, {
          ...(typeof body.name === "string" ? { title: body.name, name: body.name } : {}),
          ...(Array.isArray(body.tags) ? { tags: body.tags.map(String) } : {}),
          ...(typeof body.archived === "boolean" ? { archived: body.archived } : {}),
        });
        return ok({ success: true, session: world.sessions.get(id) });
      }),
    "DELETE /api/sessions/:id": (_, id) => {
      world.sessions.delete(id);
      world.tell({ method: "session.deleted", params: { session_id: id } });
      return DONE;
    },
    "POST /api/sessions/:id/stop": (_, id) => {
      world.changeSession(id, { status: "stopped", detail: "stopped on request" });
      return DONE;
    },
    "POST /api/sessions/:id/prompt": (asked, id) =>
      with_(id, () => prompt(world, agent, asked, id)),
    "POST /api/sessions/:id/cancel": ({ body }, id) => {
      agent.cancel(id, body.turn_id as string | undefined);
      return DONE;
    },
    "PUT /api/sessions/:id/model": ({ body }, id) => choose(world, id, "models", body.model),
    "PUT /api/sessions/:id/mode": ({ body }, id) => choose(world, id, "modes", body.mode),
    "PUT /api/sessions/:id/option": () => DONE,
    "GET /api/sessions/:id/turns": (_, id) =>
      ok({ turns: [...world.turns.values()].filter((turn) => turn.session_id === id) }),
    "GET /api/sessions/:id/usage": (_, id) => ok(sessionUsage(id)),
  };
}

function imported(world: World, body: Json): Answer {
  let session: SessionView | undefined;
  try {
    session = (JSON.parse(String(body.data)) as { session?: SessionView }).session;
  } catch {
    // Answered below.
  }
  if (!session) {
    return refuse(400, "invalid_export", "this is no JSON export of a session");
  }
  const id = nextId();
  const made: SessionView = {
    ...session,
    session_id: id,
    id,
    machine_id: String(body.machine_id),
    status: "stopped",
    detail: "imported",
    policy: null,
    imported_at: at(),
  };
  world.putSession(made);
  return { status: 201, body: made };
}

function exported(world: World, session: SessionView, format: string): Answer {
  if (world.machines.get(session.machine_id)?.status !== "online") {
    return refuse(409, "machine_offline", "the transcript is on a machine that is offline");
  }
  const updates = world.transcripts.get(session.session_id) ?? [];
  const ending = format === "json" ? "json" : "md";
  return {
    ...(format === "json" ? ok({ session, updates }) : ok(`# ${session.title}\n`)),
    file: `session.${ending}`,
  };
}

function create(world: World, body: Json): Answer {
  const where = world.machines.get(String(body.machine_id));
  if (where?.status !== "online") {
    return refuse(409, "machine_offline", `${where?.machine_name} is offline`);
  }
  const kind = body.kind === "terminal" ? "terminal" : "chat";
  const id = nextId();
  const name = String(body.title ?? `${body.agent_name ?? "shell"} in ${body.project_path}`);
  const session: SessionView = {
    session_id: id,
    id,
    machine_id: where.machine_id,
    kind,
    agent_name: typeof body.agent_name === "string" ? body.agent_name : null,
    project_path: String(body.project_path ?? where.workspaces[0]),
    model: typeof body.model === "string" ? body.model : null,
    permission_preset: String(body.permission_preset ?? "ask"),
    policy: kind === "chat" ? resolve(body as PolicyOptions, true) : null,
    title: name,
    name,
    tags: [],
    archived: false,
    active: kind === "terminal",
    status: kind === "chat" ? "idle" : "running",
    detail: null,
    owner: { user_id: world.user.user_id, display_name: world.user.display_name },
    created_at: at(),
    last_active_at: at(),
    last_active: at(),
    ...worktreeOf(id, String(body.project_path ?? where.workspaces[0]), body.worktree),
  };
  world.putSession(session);
  return { status: 201, body: { success: true, session } };
}

function prompt(world: World, agent: PretendedAgent, asked: Asked, sessionId: string): Answer {
  const known = world.prompts.get(asked.idempotencyKey ?? "");
  if (known) {
    return ok({ success: true, turn: world.turns.get(known) });
  }
  const turn: TurnView = {
    turn_id: nextId(),
    session_id: sessionId,
    author: world.user.user_id,
    state: "sent",
    outcome: null,
    created_at: at(),
    finished_at: null,
  };
  if (asked.idempotencyKey) {
    world.prompts.set(asked.idempotencyKey, turn.turn_id);
  }
  world.putTurn(turn);
  const content =
    typeof asked.body.content === "string"
      ? [text(asked.body.content)]
      : blocks(asked.body.content);
  setTimeout(() => agent.prompt(turn, content, String(asked.body.when_busy)), 60);
  return { status: 202, body: { success: true, turn } };
}

const text = (words: string): Json => ({ kind: "text", text: words });

function blocks(content: unknown): Json[] {
  return (content as Json[]).map((block) =>
    block.type === "image"
      ? { kind: "image", data: block.data, mime_type: block.mimeType }
      : { kind: "text", text: block.text },
  );
}

function choose(world: World, sessionId: string, kind: string, id: unknown): Answer {
  const records = world.transcripts.get(sessionId) ?? [];
  const last = records.findLast((record) => (record.update as Json).kind === kind);
  if (last) {
    world.append(sessionId, { ...(last.update as Json), current: id });
  }
  return DONE;
}

function houseRoutes(world: World): Record<string, Route> {
  return {
    "GET /api/remote/api-keys": () => ok({ keys: world.keys }),
    "POST /api/remote/api-keys": ({ body }) => {
      const key = {
        ...providerKey({}),
        ...(body as Partial<ProviderKeyView>),
        hint: String(body.api_key).slice(-4),
      };
      world.keys.push(key);
      return ok({ success: true, key });
    },
    "PATCH /api/remote/api-keys/:id": ({ body }, id) => {
      const at = world.keys.findIndex((one) => one.id === id);
      const key = { ...providerKey(world.keys[at] ?? {}), ...(body as Partial<ProviderKeyView>) };
      world.keys.splice(at, 1, key);
      return ok({ success: true, key });
    },
    "POST /api/remote/api-keys/:id/test": (_, id) => {
      const key = world.keys.find((one) => one.id === id);
      if (key) {
        key.last_test = { result: "works", at: at() };
      }
      return ok({
        success: true,
        result: "works",
        message: "the provider accepts this key and lists 2 models",
        http_status: 200,
        duration_ms: 240,
        models: ["gpt-5.5", "gpt-5.4-nano"],
      });
    },
    "DELETE /api/remote/api-keys/:id": (_, id) => remove(world.keys, (one) => one.id === id),
    "GET /api/build": () => ok({ version: world.version, commit: "2d2f7c1", time: at(2 * DAY) }),
  };
}

function remove<Value>(list: Value[], is: (value: Value) => boolean): Answer {
  const index = list.findIndex(is);
  if (index < 0) {
    return refuse(404, "not_found", "it is gone already");
  }
  list.splice(index, 1);
  return DONE;
}

function freeze(reason: unknown): FreezeView {
  return { at: at(), by: nextId(), by_name: "Ada Lovelace", reason: String(reason) || null };
}

function changeMachine(world: World, id: string, change: Partial<MachineView>) {
  const found = world.machines.get(id);
  if (!found) return refuse(404, "not_found", "machine not found");
  const machine = { ...found, ...change };
  world.putMachine(machine);
  return ok({ success: true, machine });
}

function freezeAll(world: World, tenant: string, all_frozen: FreezeView | null) {
  if (freezeOther(world, tenant, all_frozen)) {
    return ok({ success: true, machines: [] });
  }
  for (const machine of [...world.machines.values()]) {
    world.putMachine({ ...machine, all_frozen });
  }
  return ok({ success: true, machines: [...world.machines.values()] });
}
