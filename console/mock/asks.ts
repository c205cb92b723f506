/** What sessions of the pretended server ask people, and the answers. */

import type { AlwaysAnswer, BudgetRequestView, PermissionView } from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { at, type World } from "./world";

export function budgetRoutes(world: World): Record<string, Route> {
  return {
    "POST /api/quota/requests/:id/answer": ({ body }, id) => {
      const asked = world.budgets.get(id);
      if (!asked) return refuse(404, "not_found", "there is no such request");
      if (asked.state !== "pending") {
        return refuse(409, "already_answered", "this was answered already");
      }
      const request: BudgetRequestView = {
        ...asked,
        state: body.answer === "grant" ? "granted" : "declined",
        answered_by: world.user.user_id,
        answered_at: at(),
      };
      world.putBudget(request);
      return ok({ success: true, request });
    },
  };
}

export function permissionRoutes(world: World): Record<string, Route> {
  return {
    "GET /api/permissions": () =>
      ok({ permissions: [...world.permissions.values()].filter((one) => one.state === "pending") }),
    "POST /api/permissions/:id/answer": ({ body }, id) => {
      const asked = world.permissions.get(id);
      if (!asked) return refuse(404, "not_found", "there is no such question");
      if (asked.state !== "pending") {
        return refuse(409, "already_answered", "somebody has answered this already");
      }
      if (body.digest !== asked.digest) {
        return refuse(409, "digest_mismatch", "the question has changed since it was shown");
      }
      const permission: PermissionView = {
        ...asked,
        state: "answered",
        answer: body.answer as PermissionView["answer"],
        note: typeof body.note === "string" ? body.note : null,
        answered_by: world.user.user_id,
        answered_at: at(),
      };
      world.putPermission(permission);
      if (body.always) {
        world.always.push(body.always as AlwaysAnswer);
      }
      const waiter = world.waiters.get(id);
      if (waiter) {
        waiter(permission);
      } else {
        setTimeout(() => world.putPermission({ ...permission, state: "delivered" }), 300).unref();
        setTimeout(() => world.putPermission({ ...permission, state: "resolved" }), 800).unref();
        setTimeout(() => world.changeSession(asked.session_id, { status: "running" }), 800).unref();
      }
      return ok({ success: true, permission });
    },
  };
}
