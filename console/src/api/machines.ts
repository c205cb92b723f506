/** Enrolment and machines. */

import { request } from "./request";
import type { CreatedEnrolment, Enrolments, OneMachine } from "./types";

const machine = (id: string) => `/api/remote/machines/${encodeURIComponent(id)}`;

export const machineOf = (id: string) => request<OneMachine>("GET", machine(id));

export const removeMachine = (id: string) => request<unknown>("DELETE", machine(id));

/** Looks for agents on the machine afresh. */
export const detectAgents = (id: string) => request<OneMachine>("POST", `${machine(id)}/detect`);

export const createEnrolment = () =>
  request<CreatedEnrolment>("POST", "/api/remote/machines/register");

export const enrolments = () => request<Enrolments>("GET", "/api/remote/enrolments");

export const revokeEnrolment = (id: string) =>
  request<unknown>("DELETE", `/api/remote/enrolments/${encodeURIComponent(id)}`);
