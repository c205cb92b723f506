/** What a tenant allows its sessions. */

import { request } from "./request";
import type { ChangeSessionLimits, OneTenant, SessionLimitsView, Tenants } from "./types";

/** What a tenant that one may know of allows its sessions. */
export async function sessionLimits(tenant: string): Promise<SessionLimitsView> {
  const { tenants } = await request<Tenants>("GET", "/api/tenants");
  return tenants.find((one) => one.id === tenant)?.limits ?? {};
}

export const changeSessionLimits = (tenant: string, body: ChangeSessionLimits) =>
  request<OneTenant>("PATCH", `/api/tenants/${encodeURIComponent(tenant)}/limits`, { body });
