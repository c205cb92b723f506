/** Enrolment and machines. */

import { request } from "./request";
import type {
  ChangeMachine,
  CreatedEnrolment,
  Enrolments,
  Machines,
  OfferedUpdate,
  OneMachine,
  OutsideSessions,
  TakenUpdate,
} from "./types";

const machine = (id: string) => `/api/remote/machines/${encodeURIComponent(id)}`;

export const machineOf = (id: string) => request<OneMachine>("GET", machine(id));

export const removeMachine = (id: string) => request<unknown>("DELETE", machine(id));

export const changeMachine = (id: string, body: ChangeMachine) =>
  request<OneMachine>("PATCH", machine(id), { body });

/** Lets it take no new work; the reason may be empty. */
export const freezeMachine = (id: string, reason: string) =>
  request<OneMachine>("PUT", `${machine(id)}/freeze`, { body: { reason } });

/** Has a machine replace the key with which it proves who it is. */
export const rotateMachineKey = (id: string) =>
  request<OneMachine>("POST", `${machine(id)}/rotate-key`);

export const unfreezeMachine = (id: string) =>
  request<OneMachine>("DELETE", `${machine(id)}/freeze`);

const freeze = (tenant: string) => `/api/tenants/${encodeURIComponent(tenant)}/freeze`;

/** Lets no machine of a tenant take new work; the reason may be empty. */
export const freezeAll = (tenant: string, reason: string) =>
  request<Machines>("PUT", freeze(tenant), { body: { reason } });

export const unfreezeAll = (tenant: string) => request<Machines>("DELETE", freeze(tenant));

/** Which release of its program a machine is offered, when it runs this one. */
export const offeredUpdate = (id: string, _running: string) =>
  request<OfferedUpdate>("GET", `${machine(id)}/update`);

/** Tells a machine of it; it fetches and verifies it itself. */
export const offerUpdate = (id: string) => request<TakenUpdate>("POST", `${machine(id)}/update`);

/** Looks for agents on the machine afresh. */
export const detectAgents = (id: string) => request<OneMachine>("POST", `${machine(id)}/detect`);

/** Sessions that were begun on the machine with the agents' own programs. */
export const outsideSessions = (id: string) =>
  request<OutsideSessions>("GET", `${machine(id)}/outside-sessions`);

export const createEnrolment = () =>
  request<CreatedEnrolment>("POST", "/api/remote/machines/register");

export const enrolments = () => request<Enrolments>("GET", "/api/remote/enrolments");

export const revokeEnrolment = (id: string) =>
  request<unknown>("DELETE", `/api/remote/enrolments/${encodeURIComponent(id)}`);
