/** Unattended work. */

import { request } from "./request";
import type {
  CreatedWebhookSecret,
  JobLogs,
  JobState,
  Jobs,
  JobView,
  RemovedJob,
  SubmitJob,
  WebhookSecretView,
} from "./types";

const job = (id: string) => `/api/jobs/${encodeURIComponent(id)}`;

/** A page of jobs, the newest first; in one state only, or in any. */
export const jobsAfter = (status: JobState | null, cursor: string | null) => {
  const query = new URLSearchParams({
    limit: "50",
    ...(status === null ? {} : { status }),
    ...(cursor === null ? {} : { cursor }),
  });
  return request<Jobs>("GET", `/api/jobs?${query}`);
};

export const oneJob = (id: string) => request<JobView>("GET", job(id));

/** The key makes a repeated request the same job, not a second one. */
export const submitJob = (body: SubmitJob, idempotencyKey: string) =>
  request<JobView>("POST", "/api/jobs", { body, idempotencyKey });

export const cancelJob = (id: string) =>
  request<JobView>("POST", job(id), { body: { action: "cancel" } });

export const retryJob = (id: string) =>
  request<JobView>("POST", job(id), { body: { action: "retry" } });

/** Tells its end once more. */
export const sendWebhook = (id: string) =>
  request<JobView>("POST", job(id), { body: { action: "send_webhook" } });

/** Whether there is a secret that signs one's webhooks. */
export const webhookSecret = () => request<WebhookSecretView>("GET", "/api/webhook-secret");

/** Makes one; the one before it signs beside it for so many seconds. */
export const createWebhookSecret = (previous_signs_s: number) =>
  request<CreatedWebhookSecret>("POST", "/api/webhook-secret", { body: { previous_signs_s } });

/** Removes the record of a job that is finished. */
export const deleteJob = (id: string) => request<RemovedJob>("DELETE", job(id));

/** Lines of its log that come after a position. */
export const jobLogs = (id: string, after: number) =>
  request<JobLogs>("GET", `${job(id)}/logs?after=${after}`);
