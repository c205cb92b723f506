/** Signing in, and what one's own account holds. */

import { request } from "./request";
import type {
  ApiTokens,
  AuthCheck,
  ChangePassword,
  ChoosePassword,
  CreateApiToken,
  CreatedApiToken,
  Logins,
  RedeemedLink,
  RedeemLink,
  RotateApiToken,
  RotatedApiToken,
  Setup,
  SignedIn,
  SignIn,
  UserView,
} from "./types";

export const authCheck = () => request<AuthCheck>("GET", "/api/auth/check");

export const me = () => request<UserView>("GET", "/api/auth/me");

export const setUp = (body: Setup) => request<SignedIn>("POST", "/api/setup", { body });

export const redeemLink = (secret: string) =>
  request<RedeemedLink>("POST", "/api/auth/link", { body: { secret } satisfies RedeemLink });

export const choosePassword = (body: ChoosePassword) =>
  request<SignedIn>("POST", "/api/auth/link/password", { body });

export const signIn = (body: SignIn) => request<SignedIn>("POST", "/api/auth/login", { body });

export const signOut = () => request<unknown>("POST", "/api/auth/logout");

export const changePassword = (current: string, password: string) =>
  request<unknown>("POST", "/api/auth/password", {
    body: { current, new: password } satisfies ChangePassword,
  });

export const logins = () => request<Logins>("GET", "/api/auth/logins");

export const endLogin = (id: string) =>
  request<unknown>("DELETE", `/api/auth/logins/${encodeURIComponent(id)}`);

export const apiTokens = () => request<ApiTokens>("GET", "/api/auth/tokens");

export const createApiToken = (body: CreateApiToken) =>
  request<CreatedApiToken>("POST", "/api/auth/tokens", { body });

export const rotateApiToken = (id: string, body: RotateApiToken) =>
  request<RotatedApiToken>("POST", `/api/auth/tokens/${encodeURIComponent(id)}/rotate`, { body });

export const deleteApiToken = (id: string) =>
  request<unknown>("DELETE", `/api/auth/tokens/${encodeURIComponent(id)}`);
