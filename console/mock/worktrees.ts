/** Worktrees of the sessions of the pretended server. */

import type { SessionView, WorktreeView } from "../src/api/types";
import { type Answer, ok, type Route, refuse } from "./answer";
import type { Json, World } from "./world";

const OURS = ".gantline/worktrees";

/** What a new session has, where a worktree is asked for: it works there. */
export function worktreeOf(id: string, path: string, wanted: unknown): Partial<SessionView> {
  if (typeof wanted !== "object" || wanted === null) {
    return {};
  }
  const name = id.slice(-12);
  const branch = (wanted as Json).branch;
  const worktree: WorktreeView = {
    source: path,
    branch: typeof branch === "string" ? branch : `gantline/${name}`,
    base: "3f1c".repeat(10),
    state: "in_use",
    files: 0,
    commits: 0,
  };
  return { project_path: `${path}/${OURS}/${name}`, worktree };
}

/** The session is over, and its worktree holds this. */
export function keepWorktree(world: World, id: string, files: number, commits: number): void {
  const worktree = world.sessions.get(id)?.worktree;
  if (worktree) {
    const kept = { ...worktree, state: "kept" as const, files, commits };
    world.changeSession(id, { status: "stopped", worktree: kept });
  }
}

export function worktreeRoutes(world: World): Record<string, Route> {
  const remove = (id: string, discard: boolean): Answer => {
    const session = world.sessions.get(id);
    const worktree = session?.worktree;
    if (!session || !worktree) {
      return refuse(409, "worktree_unknown", "this session has no worktree");
    }
    const { files, commits, branch } = worktree;
    if (files + commits > 0 && !discard) {
      const detail = `the worktree ${session.project_path} holds what is nowhere else: files that were not committed: ${files}, commits that no other branch has: ${commits}`;
      return refuse(409, "worktree_holds_work", detail);
    }
    const detail = commits > 0 ? `the branch ${branch} stays` : null;
    const removed = { ...worktree, state: "removed" as const, files: 0, commits: 0, detail };
    world.changeSession(id, { worktree: removed });
    return ok({ success: true, session: world.sessions.get(id) });
  };
  return {
    "DELETE /api/sessions/:id/worktree": ({ query }, id) =>
      remove(id, query.get("discard") === "true"),
  };
}
