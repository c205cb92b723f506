/** Where a session or a machine stands: by shape, colour and word. */

import "./status.css";
import { t } from "../i18n";
import type { Status } from "../live/status";
import type { Tone } from "./bits";

const TONES: Readonly<Record<Status, Tone>> = {
  needs_you: "needs",
  paused: "needs",
  working: "working",
  starting: "working",
  unread: "unread",
  open: "working",
  idle: "idle",
  failed: "failed",
  offline: "idle",
  ended: "idle",
};

/** The shape alone; a word must stand beside it or be said by what holds it. */
export function StatusMark({ status }: { status: keyof typeof SHAPES }) {
  return (
    <svg class={`status-mark mark-${status}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[status]}
    </svg>
  );
}

/** Shape and word. */
export function StatusBadge({ status }: { status: Status }) {
  return (
    <span class={`status-badge tone-${TONES[status]}`} data-status={status}>
      <StatusMark status={status} />
      {t().status[status]}
    </span>
  );
}

const SHAPES = {
  // A diamond with a call: nothing else is pointed.
  needs_you: (
    <>
      <path d="M8 0.8 15.2 8 8 15.2 0.8 8Z" class="mark-fill" />
      <path d="M8 4.6v3.9M8 11v.2" class="mark-cut" />
    </>
  ),
  // Two bars.
  paused: <path d="M4 2.5h3v11H4ZM9 2.5h3v11H9Z" class="mark-fill" />,
  // A disc in a ring that spreads.
  working: (
    <>
      <circle cx="8" cy="8" r="6.2" class="mark-ring" />
      <circle cx="8" cy="8" r="3.4" class="mark-fill" />
    </>
  ),
  starting: (
    <>
      <circle cx="8" cy="8" r="5.5" class="mark-track" />
      <path d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5" class="mark-line mark-turn" />
    </>
  ),
  // A full disc with a tick.
  unread: (
    <>
      <circle cx="8" cy="8" r="6.6" class="mark-fill" />
      <path d="M5.2 8.2 7.2 10.2 10.9 6.2" class="mark-cut" />
    </>
  ),
  // A prompt.
  open: (
    <>
      <rect x="1.5" y="2.5" width="13" height="11" rx="2.5" class="mark-fill" />
      <path d="M4.5 6 6.8 8 4.5 10M8.5 10.3h3" class="mark-cut" />
    </>
  ),
  idle: <circle cx="8" cy="8" r="3.4" class="mark-fill" />,
  // A clock.
  queued: (
    <>
      <circle cx="8" cy="8" r="6" class="mark-line" />
      <path d="M8 4.8V8l2.2 1.4" class="mark-line" />
    </>
  ),
  completed: (
    <>
      <circle cx="8" cy="8" r="6.6" class="mark-fill" />
      <path d="M5.2 8.2 7.2 10.2 10.9 6.2" class="mark-cut" />
    </>
  ),
  // An octagon with a cross.
  failed: (
    <>
      <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2Z" class="mark-fill" />
      <path d="M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" class="mark-cut" />
    </>
  ),
  offline: <circle cx="8" cy="8" r="5" class="mark-dashed" />,
  ended: <path d="M4 8h8" class="mark-line" />,
} as const;
