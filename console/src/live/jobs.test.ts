import { expect, test } from "vitest";

import type { JobSummary } from "../api/types";
import { NOTHING } from "../pages/usage/series";
import { JobStore } from "./jobs";

const ID = "019d527d-34ed-7272-b336-000000000001";

function job(change: Partial<JobSummary>): JobSummary {
  return {
    id: ID,
    status: "queued",
    prompt: "Sweep the deck",
    agent_name: "demo",
    created_at: "2026-11-21T10:00:00.000Z",
    machine_id: "019d527d-34ed-7272-b336-000000000002",
    priority: 0,
    machine_wait: 900,
    attempt: 1,
    owner: { user_id: "019d527d-34ed-7272-b336-000000000003", display_name: "Ada" },
    usage: NOTHING,
    ...change,
  };
}

test("an answer that was overtaken by news changes nothing", () => {
  const store = new JobStore();
  store.apply({ method: "job.updated", params: job({ status: "running" }) });
  store.put([job({ status: "queued" })]);
  expect(store.all.value.get(ID)?.status).toBe("running");
});

test("a job that was deleted is not asked for again", () => {
  const store = new JobStore();
  store.put([job({ status: "completed" })]);
  store.apply({ method: "job.deleted", params: { job_id: ID } });
  expect(store.all.value.has(ID)).toBe(false);
  expect(store.gone.value.has(ID)).toBe(true);
});

test("a failed job is queued again by another attempt, not by old news", () => {
  const store = new JobStore();
  store.put([job({ status: "failed" }), job({ status: "queued" })]);
  expect(store.all.value.get(ID)?.status).toBe("failed");
  store.put([job({ status: "queued", attempt: 2 })]);
  expect(store.all.value.get(ID)?.status).toBe("queued");
});

test("a job that is gone is in no list", () => {
  const store = new JobStore();
  store.put([job({})]);
  store.apply({ method: "job.deleted", params: { job_id: ID } });
  expect(store.all.value.size).toBe(0);
});

test("a log is heard by whoever follows it, until they stop", () => {
  const store = new JobStore();
  const heard: string[] = [];
  const entry = { seq: 1, timestamp: "2026-11-21T10:00:00.000Z", level: "info", message: "queued" };
  const say = () => store.apply({ method: "job.log", params: { job_id: ID, entry } as never });
  const stop = store.follow(ID, ({ message }) => heard.push(message));
  say();
  stop();
  say();
  expect(heard).toEqual(["queued"]);
});
