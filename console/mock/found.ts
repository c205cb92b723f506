/** Looking for sessions of the pretended server. */

import type { SessionView } from "../src/api/types";
import type { World } from "./world";

/** As the server searches: every word must be somewhere. */
export function found(world: World, query: URLSearchParams): SessionView[] {
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const tag = query.get("tag");
  const archived = query.get("archived") === "true";
  return [...world.sessions.values()]
    .filter((session) => session.archived === archived)
    .filter((session) => tag === null || session.tags.includes(tag))
    .filter(({ title, tags, agent_name, project_path }) => {
      const all = [title, ...tags, agent_name, project_path].join(" ").toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .sort((one, other) => other.last_active_at.localeCompare(one.last_active_at));
}
