/** Words about a job that more than one page needs. */

import type { JobSummary } from "../../api/types";
import { store } from "../../app/state";
import { duration } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { now } from "../../time/clock";
import { isOver } from "./job-badge";

/** What people call the agent of a job. */
export function agentOf(job: JobSummary): string {
  const machine = store.machines.value.get(job.machine_id);
  const found = machine?.agents.find((agent) => agent.name === job.agent_name);
  return found?.title ?? job.agent_name;
}

/** How long the last attempt took, or has been taking. */
export function Took({ job }: { job: JobSummary }) {
  if (!job.started_at) {
    return <span class="faint">–</span>;
  }
  const end = isOver(job.status) && job.finished_at ? Date.parse(job.finished_at) : now.value;
  return <span>{duration(Math.max(0, end - Date.parse(job.started_at)))}</span>;
}

/** What a job is called: it has no other name than its prompt. */
export function firstLine(prompt: string): string {
  const line = prompt.split("\n").find((one) => one.trim() !== "") ?? "";
  return oneLine(line.trim(), 160);
}
