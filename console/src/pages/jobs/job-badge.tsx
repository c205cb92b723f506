/** Where a job stands: by shape, colour and word. */

import type { JobState } from "../../api/types";
import { t } from "../../i18n";
import { StatusMark } from "../../ui/status";

const TONES = {
  queued: "idle",
  running: "working",
  completed: "working",
  failed: "failed",
  canceled: "idle",
} as const;

const SHAPES = {
  queued: "queued",
  running: "working",
  completed: "completed",
  failed: "failed",
  canceled: "ended",
} as const;

export function JobBadge({ state }: { state: JobState }) {
  return (
    <span class={`status-badge tone-${TONES[state]}`} data-job-state={state}>
      <StatusMark status={SHAPES[state]} />
      {t().jobs.states[state]}
    </span>
  );
}

export function isOver(state: JobState): boolean {
  return state === "completed" || state === "failed" || state === "canceled";
}
