/** Signing in with OpenID providers, and who one is there. */

import { request } from "./request";
import type { Identities, ReturnedFromProvider, ReturnFromProvider, SentToProvider } from "./types";

const provider = (id: string) => `/api/auth/providers/${encodeURIComponent(id)}`;

export const signInWith = (id: string) =>
  request<SentToProvider>("POST", `${provider(id)}/sign-in`);

export const linkWith = (id: string) => request<SentToProvider>("POST", `${provider(id)}/link`);

export const returnFromProvider = (body: ReturnFromProvider) =>
  request<ReturnedFromProvider>("POST", "/api/auth/providers/return", { body });

export const identities = () => request<Identities>("GET", "/api/auth/identities");

export const unlinkIdentity = (id: string) =>
  request<unknown>("DELETE", `/api/auth/identities/${encodeURIComponent(id)}`);
