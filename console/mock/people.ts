/** Accounts and assignments of the pretended server. */

import type {
  AccountView,
  AssignmentView,
  ChangeSessionLimits,
  TenantView,
  TranscriptKeeping,
} from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { at, DAY, HOUR, nextId, type World } from "./world";

const DONE = ok({ success: true });

/** People in every state, and one program. */
export function addPeople(world: World): void {
  const add = (change: Partial<AccountView>) => {
    const number = world.accounts.length + 1;
    world.accounts.push({
      ...world.user,
      user_id: nextId(),
      number,
      role: "user",
      has_second_factor: false,
      ...change,
    });
  };
  world.accounts.push({ ...world.user, has_second_factor: false });
  add({
    username: "grace",
    display_name: "Grace Hopper",
    role: "tenant_admin",
    has_second_factor: true,
  });
  add({ username: "lin", display_name: "林晓", state: "invited", link_expires_at: at(-2 * DAY) });
  add({ username: "old", display_name: "<b>Old</b> account", state: "disabled" });
  add({ username: "deployer", display_name: "Deployer", kind: "service", role: "read_only" });
  for (const { user_id, number, username, display_name } of world.accounts.slice(1, 3)) {
    const permission: AssignmentView["permission"] = number === 2 ? "admin" : "user";
    const granted_by = world.user.user_id;
    const granted_at = at(HOUR);
    world.assignments.push({
      user_id,
      number,
      username,
      display_name,
      permission,
      granted_by,
      granted_at,
    });
  }
}

export function peopleRoutes(world: World): Record<string, Route> {
  const find = (id: string) =>
    world.accounts.find((one) => one.user_id === id || String(one.number) === id);
  const missing = refuse(404, "not_found", "user not found");
  const invitation = () => ({
    link: `https://gantline.example.com/#/welcome/${nextId()}`,
    expires_at: at(-3 * DAY),
  });
  return {
    "GET /api/auth/identities": () => ok({ identities: world.identities }),
    "GET /api/users": () => ok({ users: world.accounts }),
    "GET /api/tenants": () => ok({ tenants: [tenant(world)] }),
    "PATCH /api/tenants/:id/limits": ({ body }) => {
      const limits: ChangeSessionLimits = { ...world.limits, ...body };
      world.limits = Object.fromEntries(
        Object.entries(limits).filter(([, limit]) => limit !== null),
      );
      return ok({ success: true, tenant: tenant(world) });
    },
    "GET /api/tenants/:id/transcripts": () => ok({ ...world.keeping }),
    "PUT /api/tenants/:id/transcripts": ({ body }) => {
      world.keeping = body as unknown as TranscriptKeeping;
      return ok({ ...world.keeping });
    },
    "POST /api/users": ({ body }) => {
      const isPerson = body.kind !== "service";
      const made: AccountView = {
        ...world.user,
        user_id: nextId(),
        number: world.accounts.length + 1,
        username: String(body.username),
        display_name: String(body.display_name ?? body.username),
        kind: isPerson ? "person" : "service",
        role: (body.role as AccountView["role"] | undefined) ?? "user",
        state: isPerson ? "invited" : "active",
        has_second_factor: false,
        created_at: at(),
      };
      world.accounts.push(made);
      return ok({ success: true, user: made, ...(isPerson ? { invitation: invitation() } : {}) });
    },
    "PATCH /api/users/:id": ({ body }, id) => {
      const account = find(id);
      if (!account) return missing;
      if (body.role) account.role = body.role as AccountView["role"];
      if (body.enabled === false) account.state = "disabled";
      if (body.enabled === true) account.state = "active";
      return ok({ success: true, user: account });
    },
    "POST /api/users/:id/password-link": (_, id) => {
      const account = find(id);
      return account ? ok({ success: true, user: account, invitation: invitation() }) : missing;
    },
    "DELETE /api/users/:id/logins": () => DONE,
    "DELETE /api/users/:id/second-factor": (_, id) => {
      const account = find(id);
      if (!account) return missing;
      account.has_second_factor = false;
      return DONE;
    },
    "POST /api/users/:id/tokens": ({ body }) =>
      ok({
        token: "gl_pat_pretended",
        token_id: nextId(),
        name: String(body.name),
        scopes: body.scopes ?? ["full"],
        created_at: at(),
        last_used_at: null,
        expires_at: at(-DAY),
      }),
    "GET /api/remote/machines/:id/users": () => ok({ success: true, users: world.assignments }),
    "POST /api/remote/machines/:id/assign": ({ body }) => {
      const account = find(String(body.user_id));
      if (!account) return missing;
      const { user_id, number, username, display_name } = account;
      const permission = (body.permission as AssignmentView["permission"] | undefined) ?? "user";
      const granted = { user_id, number, username, display_name, permission };
      world.assignments.push({ ...granted, granted_by: world.user.user_id, granted_at: at() });
      return ok({ success: true, message: "User assigned", permission });
    },
    "DELETE /api/remote/machines/:id/assign/:other": ({ path }) => {
      const at = world.assignments.findIndex((one) => path.endsWith(one.user_id));
      world.assignments.splice(at, 1);
      return DONE;
    },
  };
}

function tenant(world: World): TenantView {
  return {
    tenant_id: 1,
    id: world.user.tenant_id,
    name: "Home",
    users: world.accounts.length,
    machines: world.machines.size,
    created_at: world.user.created_at,
    second_factor: world.secondFactor.demand,
    limits: world.limits,
    transcripts_kept_days: world.keeping.days ?? null,
  };
}
