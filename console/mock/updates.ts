/** Newer releases for machines of the pretended server. */

import { ok, type Route, refuse } from "./answer";
import type { World } from "./world";

/** What the server has to hand out. */
const NEWEST = "0.2.0";

export function updateRoutes(world: World): Record<string, Route> {
  const machine = (id: string) => world.machines.get(id);
  return {
    "GET /api/remote/machines/:id/update": (_, id) => {
      const known = machine(id);
      const running = known?.agent_version ?? "0.1.0";
      return known ? ok({ running, newer: NEWEST }) : refuse(404, "not_found", "no such machine");
    },
    "POST /api/remote/machines/:id/update": (_, id) =>
      machine(id)
        ? ok({ success: true, version: NEWEST })
        : refuse(404, "not_found", "no such machine"),
  };
}
