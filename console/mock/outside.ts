/** Sessions that were begun with the agents' own programs, on the pretended server. */

import type { OutsideSession, OutsideSessions } from "../src/api/types";
import { ok, type Route } from "./answer";
import { at, DAY, SECOND } from "./world";

const begun = (change: Partial<OutsideSession>): OutsideSession => ({
  id: "0193a4c1-7a10-7b2e-9f00-4c1e2d3b4a5f",
  agent_name: "claude",
  project_path: "/home/ada/gantline",
  title: "mend the login page",
  prompts: 4,
  changed_at: at(20 * SECOND),
  size_bytes: 48_213,
  may_be_open: true,
  continued: false,
  ...change,
});

export function outsideRoutes(): Record<string, Route> {
  const sessions = [
    begun({}),
    begun({
      id: "0193a4c1-7a10-7b2e-9f00-4c1e2d3b4a60",
      agent_name: "codex",
      title: "<img src=x onerror=alert(1)> \u202egnitseretni",
      project_path: "/home/ada/website",
      prompts: undefined,
      changed_at: at(2 * DAY),
      may_be_open: false,
    }),
    begun({
      id: "0193a4c1-7a10-7b2e-9f00-4c1e2d3b4a61",
      title: "somebody is at it",
      changed_at: at(3 * DAY),
      may_be_open: false,
      continued: true,
    }),
  ];
  return {
    "GET /api/remote/machines/:id/outside-sessions": () =>
      ok({ sessions, unreadable: 1, has_more: false } satisfies OutsideSessions),
  };
}
