/** Accounts and assignments of the pretended server. */

import type {
  AccountView,
  AssignmentView,
  ChangeSessionLimits,
  MachineAssignmentView,
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
  const [build, studio] = world.machines.keys();
  for (const account of world.accounts.slice(1, 3)) {
    world.assignments.push(given(world, build, account, account.number === 2 ? "admin" : "user"));
  }
  for (const account of [world.accounts[1], world.accounts[3]]) {
    if (account) {
      world.assignments.push(given(world, studio, account, "user"));
    }
  }
}

/** That somebody was given a right on a machine. */
function given(
  world: World,
  machine_id: string | undefined,
  { user_id, number, username, display_name }: AccountView,
  permission: AssignmentView["permission"],
): MachineAssignmentView {
  const machine = world.machines.get(machine_id ?? "");
  const granted = { granted_by: world.user.user_id, granted_at: at(HOUR) };
  return {
    machine_id: machine_id ?? "",
    machine_name: machine?.machine_name ?? "",
    ...{ user_id, number, username, display_name, permission, ...granted },
  };
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
    "GET /api/users": ({ query }) => ok({ users: accountsOf(world, query.get("tenant_id")) }),
    "PATCH /api/tenants/:id/limits": ({ body }, id) => {
      const other = world.tenants.find((one) => one.id === id);
      if (other) {
        other.limits = { ...other.limits, ...body };
        return ok({ success: true, tenant: other });
      }
      const limits: ChangeSessionLimits = { ...world.limits, ...body };
      world.limits = Object.fromEntries(
        Object.entries(limits).filter(([, limit]) => limit !== null),
      );
      return ok({ success: true, tenant: tenant(world) });
    },
    "GET /api/tenants/:id/transcripts": (_, id) => {
      const other = world.tenants.find((one) => one.id === id);
      return ok(other ? { days: other.transcripts_kept_days ?? null } : { ...world.keeping });
    },
    "PUT /api/tenants/:id/transcripts": ({ body }, id) => {
      const other = world.tenants.find((one) => one.id === id);
      if (other) {
        other.transcripts_kept_days = (body.days as number | null) ?? null;
        return ok({ days: other.transcripts_kept_days });
      }
      world.keeping = body as unknown as TranscriptKeeping;
      return ok({ ...world.keeping });
    },
    "POST /api/users": ({ body }) => {
      const isPerson = body.kind !== "service";
      const foreign = world.tenants.find((one) => one.tenant_id === body.tenant_id);
      const known = [...world.accounts, ...world.strangers];
      if (known.some((one) => one.username === body.username)) {
        return refuse(409, "username_taken", `there is an account called ${body.username} already`);
      }
      const made: AccountView = {
        ...world.user,
        user_id: nextId(),
        tenant_id: foreign?.id ?? world.user.tenant_id,
        number: known.length + 1,
        username: String(body.username),
        display_name: String(body.display_name ?? body.username),
        kind: isPerson ? "person" : "service",
        role: (body.role as AccountView["role"] | undefined) ?? "user",
        state: isPerson ? "invited" : "active",
        has_second_factor: false,
        created_at: at(),
      };
      (foreign ? world.strangers : world.accounts).push(made);
      if (foreign) foreign.users += 1;
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
    "DELETE /api/users/:id": (_, id) => {
      const account = find(id);
      if (!account) return missing;
      world.accounts.splice(world.accounts.indexOf(account), 1);
      return DONE;
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
    "GET /api/remote/machines/:id/users": (_, id) =>
      ok({ success: true, users: world.assignments.filter((one) => one.machine_id === id) }),
    "GET /api/remote/assignments": ({ query }) => {
      const [machine, person] = [query.get("machine_id"), query.get("user_id")];
      const found = world.assignments.filter(
        (one) =>
          (machine === null || one.machine_id === machine) &&
          (person === null || one.user_id === person),
      );
      const order = [...world.machines.keys()];
      const place = (one: MachineAssignmentView) => order.indexOf(one.machine_id);
      return ok({ assignments: found.sort((one, other) => place(one) - place(other)) });
    },
    "POST /api/remote/machines/:id/assign": ({ body }, id) => {
      const account = find(String(body.user_id));
      if (!account) return missing;
      const permission = (body.permission as AssignmentView["permission"] | undefined) ?? "user";
      take(world, id, account.user_id);
      world.assignments.push(given(world, id, account, permission));
      return ok({ success: true, message: "User assigned", permission });
    },
    "DELETE /api/remote/machines/:id/assign/:other": ({ path }, id) => {
      take(world, id, path.split("/").at(-1) ?? "");
      return DONE;
    },
  };
}

/** Takes somebody's right on a machine back, if they had one. */
function take(world: World, machine: string, user: string): void {
  const place = world.assignments.findIndex(
    (one) => one.machine_id === machine && one.user_id === user,
  );
  if (place >= 0) {
    world.assignments.splice(place, 1);
  }
}

function accountsOf(world: World, number: string | null): readonly AccountView[] {
  const other = world.tenants.find((one) => String(one.tenant_id) === number);
  return other ? world.strangers.filter((one) => one.tenant_id === other.id) : world.accounts;
}

/** Its own tenant. */
export function tenant(world: World): TenantView {
  return {
    tenant_id: 1,
    id: world.user.tenant_id,
    name: world.tenantName,
    users: world.accounts.length,
    machines: world.machines.size,
    created_at: world.user.created_at,
    second_factor: world.secondFactor.demand,
    limits: world.limits,
    transcripts_kept_days: world.keeping.days ?? null,
    frozen: [...world.machines.values()].find((one) => one.all_frozen)?.all_frozen ?? null,
  };
}
