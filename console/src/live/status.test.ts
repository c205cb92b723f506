// @vitest-environment node
import { expect, test } from "vitest";

import { type Status, type StatusFacts, statusOf } from "./status";

const QUIET: StatusFacts = {
  session: { kind: "chat", status: "idle" },
  machine: { status: "online" },
  isLent: false,
  hasQuestion: false,
  isUnread: false,
};

test.each<[Partial<StatusFacts>, Status]>([
  [{}, "idle"],
  [{ isUnread: true }, "unread"],
  [{ hasQuestion: true }, "needs_you"],
  [{ session: { kind: "chat", status: "waiting" } }, "needs_you"],
  [{ session: { kind: "chat", status: "paused" }, hasQuestion: true }, "paused"],
  [{ session: { kind: "terminal", status: "paused" } }, "paused"],
  [{ session: { kind: "chat", status: "paused" }, machine: { status: "offline" } }, "offline"],
  [{ session: { kind: "chat", status: "running" }, isUnread: true }, "working"],
  [{ session: { kind: "chat", status: "starting" } }, "starting"],
  [{ session: { kind: "terminal", status: "running" }, isUnread: true }, "open"],
  [{ machine: { status: "offline" }, hasQuestion: true }, "offline"],
  [{ machine: undefined }, "offline"],
  [{ machine: undefined, isLent: true }, "idle"],
  [{ session: { kind: "chat", status: "failed" }, machine: { status: "offline" } }, "failed"],
  [{ session: { kind: "chat", status: "stopped" } }, "ended"],
  [{ session: { kind: "chat", status: "stopped" }, isUnread: true }, "unread"],
  [{ session: { kind: "terminal", status: "stopped" }, isUnread: true }, "ended"],
])("%j is %s", (facts, expected) => {
  expect(statusOf({ ...QUIET, ...facts })).toBe(expected);
});
