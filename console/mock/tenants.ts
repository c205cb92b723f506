/** Other tenants and registration tokens of the pretended server. */

import type { EnrolmentState, EnrolmentView, MachineView, TenantView } from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { machine } from "./machines";
import { tenant } from "./people";
import { at, DAY, HOUR, MINUTE, nextId, type World } from "./world";

/** Two organisations more, and tokens in every state. */
export function addTenants(world: World): void {
  world.tenants.push(
    made(2, "Research", {
      machines: 2,
      second_factor: "required",
      transcripts_kept_days: 90,
      created_at: at(60 * DAY),
    }),
    made(3, "华东研发中心", { created_at: at(3 * DAY) }),
  );
  const [research] = world.tenants;
  world.strangers.push({
    ...world.user,
    user_id: nextId(),
    tenant_id: research?.id ?? "",
    number: 40,
    username: "rosalind",
    display_name: "Rosalind Franklin",
    role: "tenant_admin",
    has_second_factor: true,
  });
  if (research) research.users = 1;
  const grace = world.accounts[1]?.user_id ?? world.user.user_id;
  const [build] = world.machines.keys();
  world.enrolments.push(
    enrolment("open", world.user.user_id, 12 * MINUTE),
    enrolment("open", grace, 41 * MINUTE),
    { ...enrolment("used", world.user.user_id, 40 * DAY), machine_id: build ?? null },
    enrolment("revoked", grace, 2 * DAY),
    enrolment("expired", world.user.user_id, 5 * HOUR),
  );
}

export function tenantRoutes(world: World): Record<string, Route> {
  const find = (id: string) => world.tenants.find((one) => one.id === id);
  const machinesOf = (number: string | null): readonly MachineView[] => {
    const other = world.tenants.find((one) => String(one.tenant_id) === number);
    return other ? others(other) : [...world.machines.values()];
  };
  return {
    "GET /api/tenants": () => ok({ tenants: [tenant(world), ...world.tenants] }),
    "POST /api/tenants": ({ body }) => {
      const one = made(world.tenants.length + 2, String(body.name), {});
      world.tenants.push(one);
      return ok({ success: true, tenant: one });
    },
    "PATCH /api/tenants/:id": ({ body }, id) => {
      const other = find(id);
      if (other) other.name = String(body.name);
      else world.tenantName = String(body.name);
      return ok({ success: true, tenant: other ?? tenant(world) });
    },
    "GET /api/remote/machines": ({ query }) => ok({ machines: machinesOf(query.get("tenant_id")) }),
    "GET /api/remote/enrolments": () => ok({ enrolments: world.enrolments }),
    "DELETE /api/remote/enrolments/:id": (_, id) => {
      const one = world.enrolments.find((known) => known.enrolment_id === id);
      if (!one) return refuse(404, "not_found", "registration token not found");
      one.state = "revoked";
      return ok({ success: true });
    },
  };
}

/** Another tenant is frozen as a whole: its machines are nobody's business here. */
export function freezeOther(world: World, id: string, frozen: TenantView["frozen"]): boolean {
  const other = world.tenants.find((one) => one.id === id);
  if (other) other.frozen = frozen ?? null;
  return other !== undefined;
}

function made(tenant_id: number, name: string, change: Partial<TenantView>): TenantView {
  return {
    tenant_id,
    id: nextId(),
    name,
    users: 0,
    machines: 0,
    created_at: at(),
    second_factor: "optional",
    limits: {},
    ...change,
  };
}

function enrolment(state: EnrolmentState, created_by: string, agoMs: number): EnrolmentView {
  const times = { created_at: at(agoMs), expires_at: at(agoMs - HOUR) };
  return { enrolment_id: nextId(), state, created_by, ...times, machine_id: null };
}

function others({ machines, frozen }: TenantView): readonly MachineView[] {
  return Array.from({ length: machines }, (_, index) =>
    machine({ machine_name: `lab-0${index + 1}`, all_frozen: frozen ?? null }),
  );
}
