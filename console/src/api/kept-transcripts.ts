/** Transcripts that a tenant keeps on the server. */

import { request } from "./request";
import type { KeepTranscripts, OneTenant, Tenants, Updates } from "./types";

/** For how many days a tenant that one may know of keeps them; null for not at all. */
export async function keptDays(tenant: string): Promise<{ days: number | null }> {
  const { tenants } = await request<Tenants>("GET", "/api/tenants");
  return { days: tenants.find((one) => one.id === tenant)?.transcripts_kept_days ?? null };
}

export const keepTranscripts = (tenant: string, body: KeepTranscripts) =>
  request<OneTenant>("PUT", `/api/tenants/${encodeURIComponent(tenant)}/transcripts`, { body });

/** A part of a transcript, from wherever it can be had. */
export const updatesAfter = (session: string, after: number) =>
  request<Updates>("GET", `/api/sessions/${encodeURIComponent(session)}/updates?after=${after}`);
