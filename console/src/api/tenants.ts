/** The tenants that share a server, for who runs it. */

import { request } from "./request";
import type { CreateTenant, Machines, MachineView, OneTenant, Tenants, TenantView } from "./types";

/** Those that one may know of: all, for who runs the installation. */
export const tenants = () => request<Tenants>("GET", "/api/tenants");

export async function createTenant(body: CreateTenant): Promise<TenantView> {
  return (await request<OneTenant>("POST", "/api/tenants", { body })).tenant;
}

export const renameTenant = (id: string, name: string) =>
  request<OneTenant>("PATCH", `/api/tenants/${encodeURIComponent(id)}`, { body: { name } });

/** The machines of a tenant, by its number. */
export async function machinesOf(tenant: number): Promise<readonly MachineView[]> {
  return (await request<Machines>("GET", `/api/remote/machines?tenant_id=${tenant}`)).machines;
}
