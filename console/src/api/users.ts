/** Accounts of others, and what they were given on machines. */

import { request } from "./request";
import type {
  Assignments,
  AssignUser,
  ChangeUser,
  CreateApiToken,
  CreatedApiToken,
  CreateUser,
  OneUser,
  TenantAssignments,
  UserAssigned,
  Users,
  UserWithLink,
} from "./types";

const user = (id: string) => `/api/users/${encodeURIComponent(id)}`;

const machine = (id: string) => `/api/remote/machines/${encodeURIComponent(id)}`;

export const users = () => request<Users>("GET", "/api/users");

/** The accounts of another tenant, by its number; for who runs the installation. */
export const usersOf = (tenant: number) => request<Users>("GET", `/api/users?tenant_id=${tenant}`);

export const createUser = (body: CreateUser) =>
  request<UserWithLink>("POST", "/api/users", { body });

export const changeUser = (id: string, body: ChangeUser) =>
  request<OneUser>("PATCH", user(id), { body });

/** For good, with everything that belongs to it. */
export const deleteUser = (id: string) => request<unknown>("DELETE", user(id));

export const passwordLink = (id: string) =>
  request<UserWithLink>("POST", `${user(id)}/password-link`);

export const signUserOut = (id: string) => request<unknown>("DELETE", `${user(id)}/logins`);

export const createTokenFor = (id: string, body: CreateApiToken) =>
  request<CreatedApiToken>("POST", `${user(id)}/tokens`, { body });

export const assignments = (machineId: string) =>
  request<Assignments>("GET", `${machine(machineId)}/users`);

/** Which assignments of the tenant; what is left out narrows nothing down. */
export interface AssignmentQuery {
  machine_id?: string;
  user_id?: string;
}

/** Who may work where, page by page; for administrators. */
export function tenantAssignments(query: AssignmentQuery, cursor: string | null = null) {
  const wanted = new URLSearchParams({ ...query });
  if (cursor !== null) {
    wanted.set("cursor", cursor);
  }
  return request<TenantAssignments>("GET", `/api/remote/assignments?${wanted}`);
}

export const assign = (machineId: string, body: AssignUser) =>
  request<UserAssigned>("POST", `${machine(machineId)}/assign`, { body });

export const unassign = (machineId: string, userId: string) =>
  request<unknown>("DELETE", `${machine(machineId)}/assign/${encodeURIComponent(userId)}`);
