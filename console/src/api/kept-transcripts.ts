/** Transcripts that a tenant keeps on the server. */

import { request } from "./request";
import type { Tenants, TranscriptKeeping, Updates } from "./types";

const keepingPath = (tenant: string) => `/api/tenants/${encodeURIComponent(tenant)}/transcripts`;

/** For how many days a tenant that one may know of keeps them; null for not at all. */
export async function keptDays(tenant: string): Promise<number | null> {
  const { tenants } = await request<Tenants>("GET", "/api/tenants");
  return tenants.find((one) => one.id === tenant)?.transcripts_kept_days ?? null;
}

/** For how long they are kept: of all, and of workspaces of which something else is said. */
export type Keeping = Required<TranscriptKeeping>;

/** For how long they are kept; for administrators. */
export async function transcriptKeeping(tenant: string): Promise<Keeping> {
  const keeping = await request<TranscriptKeeping>("GET", keepingPath(tenant));
  return { days: keeping.days ?? null, workspaces: keeping.workspaces ?? [] };
}

export const keepTranscripts = (tenant: string, body: Keeping) =>
  request<TranscriptKeeping>("PUT", keepingPath(tenant), { body });

/** A part of a transcript, from wherever it can be had. */
export const updatesAfter = (session: string, after: number) =>
  request<Updates>("GET", `/api/sessions/${encodeURIComponent(session)}/updates?after=${after}`);
