/** The audit log of the pretended server: a line of many kinds, more than one page of them. */

import type { AuditView } from "../src/api/types";
import { ok, type Route } from "./answer";
import { at, HOUR, nextId, type World } from "./world";

const PAGE = 40;

type Deed = Pick<AuditView, "actor" | "action" | "object"> & { result?: string };

export function auditRoutes(world: World): Record<string, Route> {
  const records = linesOf(world);
  const last = records[0];
  return {
    "GET /api/audit": ({ query }) => {
      const below = Number(query.get("cursor") ?? Number.MAX_SAFE_INTEGER);
      const found = records.filter((one) => one.position < below && isMeant(one, query));
      const shown = found.slice(0, Number(query.get("limit") ?? PAGE));
      const cursor = found.length > PAGE ? { next_cursor: String(shown.at(-1)?.position) } : {};
      return ok({ records: query.get("log") === "server" ? [] : shown, ...cursor });
    },
    "GET /api/audit/verify": () =>
      ok({ intact: true, position: last?.position ?? 0, hash: last?.hash ?? "", dropped: 0 }),
  };
}

function isMeant(record: AuditView, query: URLSearchParams): boolean {
  const action = query.get("action");
  const result = query.get("result");
  const since = query.get("since");
  return (
    (query.get("actor") ?? record.actor) === record.actor &&
    (query.get("object") ?? record.object) === record.object &&
    (action === null || `${record.action}.`.startsWith(`${action}.`)) &&
    (result === null || (record.result === "ok") === (result === "ok")) &&
    (since === null || record.at >= since)
  );
}

function linesOf(world: World): AuditView[] {
  if (world.accounts.length === 0) {
    return [];
  }
  const [ada, grace] = world.accounts.map((one) => `user:${one.user_id}`);
  const [session] = world.sessions.keys();
  const [machine] = world.machines.keys();
  const deeds: Deed[] = [
    { actor: `${ada}`, action: "session.start", object: `session:${session}` },
    { actor: "policy", action: "permission.decide", object: `session:${session}` },
    { actor: `${grace}`, action: "session.view", object: `session:${session}` },
    {
      actor: `${grace}`,
      action: "access.deny",
      object: "GET /api/users",
      result: "permission_denied",
    },
    { actor: `${ada}`, action: "policy.preset_put", object: "preset:<b>careful</b>" },
    { actor: "anonymous", action: "login.start", object: `${grace}`, result: "refused" },
    { actor: `${ada}`, action: "assignment.grant", object: `machine:${machine}` },
  ];
  return Array.from({ length: 60 }, (_, index) => {
    const deed = deeds[index % deeds.length] ?? deeds[0];
    return {
      result: "ok",
      ...(deed as Deed),
      id: nextId(),
      position: 60 - index,
      at: at(index * HOUR),
      facts: {},
      hash: String(60 - index).padStart(64, "0"),
    };
  });
}
