/** The jobs of the pretended world, and a pretended agent that works on those that are handed in. */

import { setTimeout as pause } from "node:timers/promises";

import type { JobLogEntry, JobView, LogLevel, WebhookAttemptView } from "../src/api/types";
import type { Pace } from "./agent";
import { type Answer, type Asked, ok, type Route, refuse } from "./answer";
import { NOTHING_USED, used } from "./money";
import { at, HOUR, MINUTE, nextId, SECOND, summary, type World } from "./world";

const RESULT = `All dependencies are up to date; three had to be changed:

| Package | Before | After |
|---|---|---|
| \`marked\` | 18.1.0 | 18.2.1 |
| \`vite\` | 8.3.2 | 8.3.8 |
| \`ws\` | 8.21.0 | 8.23.0 |

The tests pass. \`npm audit\` finds nothing.`;

function job(world: World, agoMs: number, change: Partial<JobView>): JobView {
  const [machine] = world.machines.values();
  return {
    id: nextId(),
    status: "queued",
    prompt: "",
    agent_name: "claude",
    created_at: at(agoMs),
    machine_id: machine?.machine_id ?? "",
    project_path: machine?.workspaces[0] ?? "/",
    priority: 0,
    machine_wait: 900,
    attempt: 1,
    owner: { user_id: world.user.user_id, display_name: world.user.display_name },
    usage: NOTHING_USED,
    logs: [],
    attempts: [],
    ...change,
  };
}

function line(seq: number, agoMs: number, message: string, level: LogLevel = "info"): JobLogEntry {
  return { seq, timestamp: at(agoMs), level, message };
}

function attemptAt(attempt: number, agoMs: number, error?: string): WebhookAttemptView {
  return { attempt, at: at(agoMs), took_ms: 12, ...(error === undefined ? {} : { error }) };
}

/** Takes what is to be told, as a receiver that is there would. */
function deliver(world: World, { id, webhook }: JobView): void {
  const [last, ...before] = webhook?.deliveries ?? [];
  if (webhook && last) {
    const attempts = last.attempts ?? [];
    const taken = { ...attemptAt(attempts.length + 1, 0), status: 204 };
    const { next_attempt_at: _, ...told } = last;
    const delivered = { ...told, status: "delivered" as const, attempts: [...attempts, taken] };
    world.changeJob(id, { webhook: { ...webhook, deliveries: [delivered, ...before] } });
  }
}

export function addJobs(world: World): void {
  const [chat] = [...world.sessions.values()].filter((session) => session.kind === "chat");
  const session_id = chat?.session_id ?? nextId();
  const turn_id = nextId();
  const attempt = { attempt: 1, session_id, turn_id };
  const add = (one: JobView) => world.jobs.set(one.id, one);
  add(
    job(world, 3 * HOUR, {
      status: "completed",
      prompt: "Update the dependencies and say what changed.\n\nLeave major versions alone.",
      started_at: at(3 * HOUR - 2 * SECOND),
      finished_at: at(3 * HOUR - 4 * MINUTE),
      session_id,
      turn_id,
      timeout: 1800,
      result: RESULT,
      usage: used(9),
      policy: { permission_preset: "full-auto" },
      webhook: {
        url: "https://ci.example.com/hooks/gantline",
        deliveries: [
          {
            id: nextId(),
            type: "job.completed",
            status: "pending",
            created_at: at(3 * HOUR - 4 * MINUTE),
            next_attempt_at: at(-20 * MINUTE),
            attempts: [
              attemptAt(1, 3 * HOUR - 4 * MINUTE, "no connection: connection refused"),
              { ...attemptAt(2, 2 * HOUR, "the receiver answered 503"), status: 503 },
            ],
          },
        ],
      },
      attempts: [
        {
          ...attempt,
          status: "completed",
          started_at: at(3 * HOUR - 2 * SECOND),
          finished_at: at(3 * HOUR - 4 * MINUTE),
        },
      ],
      logs: [
        line(1, 3 * HOUR, "queued"),
        line(2, 3 * HOUR - 2 * SECOND, "attempt 1 begins on build-01"),
        line(3, 3 * HOUR - MINUTE, "the agent's tool call was denied: WebFetch", "warn"),
        line(4, 3 * HOUR - 4 * MINUTE, "completed"),
      ],
    }),
  );
  add(
    job(world, 50 * MINUTE, {
      status: "failed",
      prompt: "Run the whole benchmark and compare it with last week",
      agent_name: "codex",
      started_at: at(49 * MINUTE),
      finished_at: at(19 * MINUTE),
      session_id,
      turn_id,
      timeout: 1800,
      error: "the attempt took longer than 1800 s",
      error_code: "timed_out",
      attempt: 2,
      attempts: [
        {
          ...attempt,
          status: "failed",
          started_at: at(90 * MINUTE),
          finished_at: at(60 * MINUTE),
          error: "the attempt took longer than 1800 s",
        },
        {
          ...attempt,
          attempt: 2,
          status: "failed",
          started_at: at(49 * MINUTE),
          finished_at: at(19 * MINUTE),
          error: "the attempt took longer than 1800 s",
        },
      ],
      logs: [
        line(1, 91 * MINUTE, "queued"),
        line(2, 90 * MINUTE, "attempt 1 begins on build-01"),
        line(3, 60 * MINUTE, "the attempt took longer than 1800 s", "error"),
        line(4, 50 * MINUTE, "queued again by Ada Byron"),
        line(5, 49 * MINUTE, "attempt 2 begins on build-01"),
        line(6, 19 * MINUTE, "the attempt took longer than 1800 s", "error"),
      ],
    }),
  );
  add(
    job(world, 6 * MINUTE, {
      status: "running",
      prompt: "把登录页面的表单校验改成统一的组件",
      started_at: at(5 * MINUTE),
      session_id,
      turn_id,
      attempts: [{ ...attempt, status: "running", started_at: at(5 * MINUTE) }],
      logs: [line(1, 6 * MINUTE, "queued"), line(2, 5 * MINUTE, "attempt 1 begins on build-01")],
    }),
  );
  add(
    job(world, 2 * MINUTE, {
      prompt: "Write the release notes from the changes since the last tag",
      priority: 10,
      machine_wait: 86_400,
      logs: [line(1, 2 * MINUTE, "queued")],
    }),
  );
  add(
    job(world, 26 * HOUR, {
      status: "canceled",
      prompt: "Translate the documents",
      finished_at: at(25 * HOUR),
      error: "cancelled by Ada Byron",
    }),
  );
}

export function jobRoutes(world: World, pace: Pace): Record<string, Route> {
  const with_ = (id: string, run: (job: JobView) => Answer) => {
    const found = world.jobs.get(id);
    return found ? run(found) : refuse(404, "not_found", "there is no such job");
  };
  return {
    "GET /api/jobs": ({ query }) => list(world, query),
    "POST /api/jobs": (asked) => submit(world, pace, asked),
    "GET /api/jobs/:id": (_, id) => with_(id, ok),
    "GET /api/jobs/:id/logs": ({ query }, id) =>
      with_(id, ({ logs = [] }) => {
        const after = Number(query.get("after") ?? 0);
        return ok({ logs: logs.filter(({ seq }) => seq > after), last: logs.length });
      }),
    "POST /api/jobs/:id": ({ body }, id) =>
      with_(id, (found) => {
        if (body.action === "cancel") {
          world.changeJob(id, { status: "canceled", finished_at: at(), error: "cancelled" });
        } else if (body.action === "send_webhook") {
          deliver(world, found);
        } else if (found.status !== "failed") {
          return refuse(409, "not_failed", `the job is ${found.status}, not failed`);
        } else {
          const error = { error: null, error_code: null, finished_at: null };
          world.changeJob(id, { status: "queued", attempt: found.attempt + 1, ...error });
          void work(world, id, pace);
        }
        return ok(world.jobs.get(id));
      }),
    "DELETE /api/jobs/:id": (_, id) =>
      with_(id, (found) => {
        world.jobs.delete(id);
        world.tell({ method: "job.deleted", params: { job_id: id } });
        return ok({ success: true, outcome: "deleted", job: found });
      }),
  };
}

function list(world: World, query: URLSearchParams): Answer {
  const status = query.get("status");
  const all = [...world.jobs.values()]
    .filter((one) => status === null || one.status === status)
    .sort((one, other) => other.created_at.localeCompare(one.created_at));
  return ok({ jobs: all.map(summary) });
}

function submit(world: World, pace: Pace, { body, idempotencyKey }: Asked): Answer {
  const known = idempotencyKey === null ? undefined : world.prompts.get(idempotencyKey);
  if (known) {
    return { status: 201, body: world.jobs.get(known) };
  }
  if (typeof body.prompt !== "string" || body.prompt === "") {
    return refuse(400, "prompt_required", "prompt is required");
  }
  const made = job(world, 0, {
    prompt: body.prompt,
    agent_name: String(body.agent_name ?? "claude"),
    machine_id: String(body.machine_id),
    project_path: String(body.project_path),
    timeout: typeof body.timeout === "number" ? body.timeout : null,
    priority: Number(body.priority ?? 0),
    machine_wait: Number(body.machine_wait ?? 900),
    interactive: body.interactive === true,
    logs: [line(1, 0, "queued")],
  });
  if (idempotencyKey) {
    world.prompts.set(idempotencyKey, made.id);
  }
  world.changeJob(made.id, made);
  void work(world, made.id, pace);
  return { status: 201, body: made };
}

/** Works on a job for a while, unless somebody cancels it. */
async function work(world: World, id: string, { factor }: Pace): Promise<void> {
  const is = (status: string) => world.jobs.get(id)?.status === status;
  await pause(800 * factor);
  if (!is("queued")) return;
  const { attempt = 1, prompt = "" } = world.jobs.get(id) ?? {};
  world.changeJob(id, { status: "running", started_at: at() });
  world.logJob(id, `attempt ${attempt} begins on build-01`);
  for (const step of ["reading", "thinking", "writing"]) {
    await pause(1200 * factor);
    if (!is("running")) return;
    world.logJob(id, `the agent is ${step}`);
  }
  if (prompt.includes("forever")) return;
  if (prompt.includes("fail") && attempt === 1) {
    world.logJob(id, "the turn ended with an error", "error");
    const error = { error: "insufficient quota", error_code: "turn_failed" as const };
    world.changeJob(id, { status: "failed", finished_at: at(), ...error });
    return;
  }
  world.changeJob(id, { status: "completed", finished_at: at(), result: RESULT, usage: used(9) });
  world.logJob(id, "completed");
}
