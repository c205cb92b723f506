/** Provider keys, the audit log, and which server this is. */

import { request } from "./request";
import type {
  Audit,
  Build,
  ChangeProviderKey,
  CreateProviderKey,
  ProviderKeys,
  TestedProviderKey,
} from "./types";

export const providerKeys = () => request<ProviderKeys>("GET", "/api/remote/api-keys");

export const createProviderKey = (body: CreateProviderKey) =>
  request<unknown>("POST", "/api/remote/api-keys", { body });

const keyPath = (id: string) => `/api/remote/api-keys/${encodeURIComponent(id)}`;

export const changeProviderKey = (id: string, body: ChangeProviderKey) =>
  request<unknown>("PATCH", keyPath(id), { body });

export const testProviderKey = (id: string) =>
  request<TestedProviderKey>("POST", `${keyPath(id)}/test`);

export const deleteProviderKey = (id: string) => request<unknown>("DELETE", keyPath(id));

export const audit = (cursor: string | null) =>
  request<Audit>(
    "GET",
    cursor === null ? "/api/audit" : `/api/audit?cursor=${encodeURIComponent(cursor)}`,
  );

export const build = () => request<Build>("GET", "/api/build");
