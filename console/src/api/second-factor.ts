/** Second factors: one's own, those of others, and the second step of signing in. */

import { request } from "./request";
import type {
  BeginSecondFactor,
  DemandSecondFactor,
  GiveCode,
  OfferedSecondFactor,
  OneTenant,
  RecoveryCodes,
  SecondFactorView,
  ShowSecondFactor,
  SignedIn,
  SignedInWithSecondFactor,
} from "./types";

const OWN = "/api/auth/second-factor";

const given = (code: string) => ({ body: { code } satisfies GiveCode });

export const giveCode = (code: string) =>
  request<SignedIn>("POST", "/api/auth/login/code", given(code));

export const beginOnTheWayIn = () =>
  request<OfferedSecondFactor>("POST", "/api/auth/login/second-factor");

export const confirmOnTheWayIn = (code: string) =>
  request<SignedInWithSecondFactor>("POST", "/api/auth/login/second-factor/confirm", given(code));

export const secondFactor = () => request<SecondFactorView>("GET", OWN);

export const beginSecondFactor = (body: BeginSecondFactor) =>
  request<OfferedSecondFactor>("POST", OWN, { body });

export const confirmSecondFactor = (code: string) =>
  request<RecoveryCodes>("POST", `${OWN}/confirm`, given(code));

export const renewRecoveryCodes = (body: ShowSecondFactor) =>
  request<RecoveryCodes>("POST", `${OWN}/recovery-codes`, { body });

export const removeSecondFactor = (body: ShowSecondFactor) =>
  request<unknown>("POST", `${OWN}/remove`, { body });

export const resetSecondFactor = (user: string) =>
  request<unknown>("DELETE", `/api/users/${encodeURIComponent(user)}/second-factor`);

export const demandSecondFactor = (tenant: string, body: DemandSecondFactor) =>
  request<OneTenant>("PUT", `/api/tenants/${encodeURIComponent(tenant)}/second-factor`, { body });
