/** Where a session stands, in the words that people see. */

import type { MachineView, SessionView } from "../api/types";

/** In the order in which a list is sorted. */
export const STATUSES = [
  "needs_you",
  "paused",
  "working",
  "starting",
  "unread",
  "open",
  "idle",
  "failed",
  "offline",
  "ended",
] as const;

export type Status = (typeof STATUSES)[number];

export interface StatusFacts {
  session: Pick<SessionView, "kind" | "status">;
  /** Absent where the machine is gone. */
  machine: Pick<MachineView, "status"> | undefined;
  /** Whether it is another person's, on a machine that one may not know of. */
  isLent: boolean;
  hasQuestion: boolean;
  isUnread: boolean;
}

export function statusOf({ session, machine, isLent, hasQuestion, isUnread }: StatusFacts): Status {
  if (session.status === "failed") {
    return "failed";
  }
  if (session.status === "stopped") {
    return isUnread && session.kind === "chat" ? "unread" : "ended";
  }
  if (!isLent && machine?.status !== "online") {
    return "offline";
  }
  if (session.status === "paused") {
    return "paused";
  }
  if (hasQuestion || session.status === "waiting") {
    return "needs_you";
  }
  if (session.status === "starting") {
    return "starting";
  }
  if (session.kind === "terminal") {
    return "open";
  }
  if (session.status === "running") {
    return "working";
  }
  return isUnread ? "unread" : "idle";
}

export function byStatus(one: Status, other: Status): number {
  return STATUSES.indexOf(one) - STATUSES.indexOf(other);
}
