/** What was used, how much may be used, and what models cost. */

import { request, requestFile } from "./request";
import type {
  Prices,
  PutPrice,
  PutQuota,
  QuotaStatuses,
  Quotas,
  RaiseQuota,
  Usage,
  UsageGrouping,
  UsageTotals,
} from "./types";

/** Which usage; what is left out narrows nothing down. */
export interface UsageQuery {
  by: UsageGrouping;
  since: string;
  /** Now, if it is left out. */
  until?: string;
  user_id?: string;
  machine_id?: string;
  session_id?: string;
  model?: string;
}

const usagePath = (query: UsageQuery, more: Record<string, string>) =>
  `/api/usage?${new URLSearchParams({ ...query, ...more })}`;

/** Usage, and so many of the last calls. */
export const usage = (query: UsageQuery, calls = 0) =>
  request<Usage>("GET", usagePath(query, { limit: String(calls) }));

const DAY_MS = 86_400_000;

/** What was used on the day that quotas count, which is one of UTC. */
export async function usageToday(): Promise<UsageTotals> {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return (await usage({ by: "day", since: new Date(midnight).toISOString() })).total;
}

/** The same as a table for spreadsheets. */
export const usageTable = (query: UsageQuery) => requestFile(usagePath(query, { format: "csv" }));

export const quotas = () => request<Quotas>("GET", "/api/quotas");

export const quotaStatus = () => request<QuotaStatuses>("GET", "/api/quota/status");

export const putQuota = (body: PutQuota) => request<unknown>("PUT", "/api/quotas", { body });

const quota = (id: string) => `/api/quotas/${encodeURIComponent(id)}`;

export const raiseQuota = (id: string, body: RaiseQuota) =>
  request<unknown>("POST", `${quota(id)}/raise`, { body });

export const deleteQuota = (id: string) => request<unknown>("DELETE", quota(id));

/** What is known of prices; with words, the models of the table that have them. */
export const prices = (words: string) =>
  request<Prices>("GET", `/api/prices?${new URLSearchParams({ q: words })}`);

export const putPrice = (body: PutPrice) => request<unknown>("PUT", "/api/prices", { body });

export const deletePrice = (id: string) =>
  request<unknown>("DELETE", `/api/prices/${encodeURIComponent(id)}`);
