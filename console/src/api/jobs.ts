/** Unattended work. */

import { request } from "./request";
import type { JobLogs, JobState, Jobs, JobView, RemovedJob, SubmitJob } from "./types";

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

/** Removes the record of a job that is finished. */
export const deleteJob = (id: string) => request<RemovedJob>("DELETE", job(id));

/** Lines of its log that come after a position. */
export const jobLogs = (id: string, after: number) =>
  request<JobLogs>("GET", `${job(id)}/logs?after=${after}`);
