/** Provider keys, usage, and which server this is. */

import { request } from "./request";
import type { Audit, Build, CreateProviderKey, ProviderKeys, Usage } from "./types";

export const providerKeys = () => request<ProviderKeys>("GET", "/api/remote/api-keys");

export const createProviderKey = (body: CreateProviderKey) =>
  request<unknown>("POST", "/api/remote/api-keys", { body });

export const deleteProviderKey = (id: string) =>
  request<unknown>("DELETE", `/api/remote/api-keys/${encodeURIComponent(id)}`);

export const usage = () => request<Usage>("GET", "/api/usage");

export const audit = (cursor: string | null) =>
  request<Audit>(
    "GET",
    cursor === null ? "/api/audit" : `/api/audit?cursor=${encodeURIComponent(cursor)}`,
  );

export const build = () => request<Build>("GET", "/api/build");
