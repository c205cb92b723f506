/** Pausing and resuming sessions of the pretended server. */

import { type Answer, ok, type Route, refuse } from "./answer";
import { at, type World } from "./world";

export function pauseRoutes(world: World): Record<string, Route> {
  const change = (id: string, isPause: boolean): Answer => {
    const session = world.sessions.get(id);
    if (!session) {
      return refuse(404, "not_found", "session not found");
    }
    const paused = isPause ? { at: at(0), by: session.owner } : null;
    world.changeSession(id, { status: isPause ? "paused" : "running", paused });
    return ok({ success: true, session: world.sessions.get(id) });
  };
  return {
    "POST /api/sessions/:id/pause": (_, id) => change(id, true),
    "POST /api/sessions/:id/resume": (_, id) => change(id, false),
  };
}
