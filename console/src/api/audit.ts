/** What was written down of who did what. */

import { request, requestFile } from "./request";
import type { Audit, AuditVerification } from "./types";

/** Whose log: that of one's own tenant, or of the installation. */
export type AuditLog = "tenant" | "server";

/** As what it is written down. */
export type AuditFormat = "jsonl" | "csv";

/** Which lines; what is left out narrows nothing down. */
export interface AuditQuery {
  log: AuditLog;
  actor?: string;
  action?: string;
  object?: string;
  result?: "ok" | "refused";
  since?: string;
}

const page = (query: AuditQuery, cursor: string | null) => {
  const wanted = new URLSearchParams({ ...query });
  if (cursor !== null) {
    wanted.set("cursor", cursor);
  }
  return request<Audit>("GET", `/api/audit?${wanted}`);
};

/** The newest lines, or those after a cursor. */
export async function audit(query: AuditQuery, cursor: string | null = null): Promise<Audit> {
  let found = await page(query, cursor);
  // In a long log the server looks at a part at a time; where nothing is found in it, it goes on.
  while (found.records.length === 0 && found.next_cursor) {
    found = await page(query, found.next_cursor);
  }
  return found;
}

/** The newest few lines. */
export const lastLines = (most: number) => request<Audit>("GET", `/api/audit?limit=${most}`);

/** Whether the log is as it was written. */
export const verifyAudit = (log: AuditLog) =>
  request<AuditVerification>("GET", `/api/audit/verify?${new URLSearchParams({ log })}`);

/** The whole log as a file. */
export const exportAudit = (log: AuditLog, format: AuditFormat) =>
  requestFile(`/api/audit/export?${new URLSearchParams({ log, format })}`);
