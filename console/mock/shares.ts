/** With whom sessions of the pretended server are shared. */

import type { ShareSession, ShareView } from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { at, HOUR, type World } from "./world";

export function shareRoutes(world: World): Record<string, Route> {
  const shares = new Map<string, ShareView[]>();
  const of = (session: string) => shares.get(session) ?? [];
  return {
    "GET /api/sessions/:id/presence": (_, id) => ok({ session_id: id, people: [] }),
    "GET /api/sessions/:id/shares": (_, id) => ok({ success: true, shares: of(id) }),
    "POST /api/sessions/:id/shares": ({ body }, id) => {
      const { username, level, expires_in } = body as ShareSession;
      const account = world.accounts.find((one) => one.username === username.toLowerCase());
      if (!account) {
        return refuse(404, "not_found", "User not found");
      }
      const share: ShareView = {
        user_id: account.user_id,
        username: account.username,
        display_name: account.display_name,
        level: level ?? "watch",
        may_drive: level === "drive",
        granted_by: world.user.user_id,
        granted_at: at(0),
        expires_at: at((-(expires_in ?? 0) / 3600) * HOUR),
      };
      shares.set(id, [...of(id).filter((one) => one.user_id !== share.user_id), share]);
      return ok({ success: true, share });
    },
    "DELETE /api/sessions/:id/shares/:other": ({ path }, id) => {
      const left = of(id).filter((one) => !path.endsWith(one.user_id));
      shares.set(id, left);
      return ok({ success: true });
    },
  };
}
