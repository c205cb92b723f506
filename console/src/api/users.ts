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
  UserAssigned,
  Users,
  UserWithLink,
} from "./types";

const user = (id: string) => `/api/users/${encodeURIComponent(id)}`;

const machine = (id: string) => `/api/remote/machines/${encodeURIComponent(id)}`;

export const users = () => request<Users>("GET", "/api/users");

export const createUser = (body: CreateUser) =>
  request<UserWithLink>("POST", "/api/users", { body });

export const changeUser = (id: string, body: ChangeUser) =>
  request<OneUser>("PATCH", user(id), { body });

export const passwordLink = (id: string) =>
  request<UserWithLink>("POST", `${user(id)}/password-link`);

export const signUserOut = (id: string) => request<unknown>("DELETE", `${user(id)}/logins`);

export const createTokenFor = (id: string, body: CreateApiToken) =>
  request<CreatedApiToken>("POST", `${user(id)}/tokens`, { body });

export const assignments = (machineId: string) =>
  request<Assignments>("GET", `${machine(machineId)}/users`);

export const assign = (machineId: string, body: AssignUser) =>
  request<UserAssigned>("POST", `${machine(machineId)}/assign`, { body });

export const unassign = (machineId: string, userId: string) =>
  request<unknown>("DELETE", `${machine(machineId)}/assign/${encodeURIComponent(userId)}`);
