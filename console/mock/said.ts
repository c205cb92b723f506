/** Looking for what was said in sessions of the pretended server. */

import type { FoundInSessions, FoundPlace, SessionView } from "../src/api/types";
import { ok, type Route } from "./answer";
import type { World } from "./world";

export function searchRoutes(world: World): Record<string, Route> {
  return { "POST /api/sessions/search": ({ body }) => ok(search(world, String(body.words))) };
}

/** As the server searches, but that it folds more than case, and is not everywhere. */
function search(world: World, words: string): FoundInSessions {
  const all = [...world.sessions.values()].filter((session) => session.kind === "chat");
  const isAway = (session: SessionView) => !world.machines.get(session.machine_id)?.connected;
  const away = all.filter(isAway);
  const here = all.filter((session) => !isAway(session));
  const results = here.flatMap((session) => {
    const places = placesIn(world, session.session_id, words.toLowerCase());
    return places.length > 0 ? [{ session, places: places.slice(0, 3), count: places.length }] : [];
  });
  const machine = world.machines.get(away[0]?.machine_id ?? "");
  const not = machine && {
    machine_id: machine.machine_id,
    machine_name: machine.machine_name,
    reason: "offline" as const,
    sessions: away.length,
  };
  return { results, searched: here.length, not_searched: not ? [not] : [] };
}

function placesIn(world: World, id: string, words: string): FoundPlace[] {
  const places = (world.transcripts.get(id) ?? []).flatMap(({ seq, at, update }): FoundPlace[] => {
    const { kind, content } = update as { kind?: string; content?: { text?: string }[] };
    const text = kind === "user_message" ? (content?.[0]?.text ?? "") : "";
    const found = text.toLowerCase().indexOf(words);
    const [before, after] = [text.slice(0, found), text.slice(found + words.length)];
    const matched = text.slice(found, found + words.length);
    return found < 0 ? [] : [{ seq, created_at: at, said: "prompt", before, matched, after }];
  });
  return places.reverse();
}
