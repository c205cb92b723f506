/** What differs in the pretended workspace from what was committed there. */

import type { ChangedFile, DiffLine, FileDiff } from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { at, DAY, HOUR, type World } from "./world";

/** A patch's lines, each with its sign in front. */
const lines = (text: string): DiffLine[] =>
  text.split("\n").map((line) => ({
    kind: line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same",
    text: line.slice(1),
  }));

const MAIN = lines(` /// How long a request may take.
-pub fn time_limit(text: &str) -> Duration {
-    Duration::from_secs(30)
+pub fn time_limit(text: &str) -> Result<Duration, ParseError> {
+    let seconds: u64 = text.trim().parse()?;
+    Ok(Duration::from_secs(seconds))
 }
 `);

const TAIL = lines(` fn main() {
-    let limit = time_limit("30");
+    let limit = time_limit(&text).unwrap_or(FALLBACK);
     serve(limit);
 }`);

function hunk(line: number, heading: string, inside: DiffLine[]): FileDiff["hunks"][number] {
  return { old_start: line, new_start: line, heading, lines: inside };
}

function differences(): Map<string, FileDiff> {
  const diff = (file: ChangedFile, hunks: FileDiff["hunks"]): [string, FileDiff] => [
    file.path,
    { file, hunks, is_cut: false },
  ];
  const text = { content: "text" as const, added: 0, removed: 0 };
  return new Map([
    diff(
      { path: "assets/logo.png", status: "untracked", content: "binary", added: 0, removed: 0 },
      [],
    ),
    diff({ ...text, path: "docs/用户指南.md", status: "modified", added: 1, removed: 1 }, [
      hunk(1, "", lines(" # 用户指南\n \n-先登录，再安装。\n+先安装，再登录。")),
    ]),
    diff({ ...text, path: "src/limit.rs", old_path: "src/limits.rs", status: "renamed" }, []),
    diff({ ...text, path: "src/main.rs", status: "modified", added: 4, removed: 3 }, [
      hunk(5, "use std::time::Duration;", MAIN),
      hunk(31, "struct Server;", TAIL),
    ]),
    diff({ ...text, path: "src/old.rs", status: "deleted", removed: 2 }, [
      hunk(1, "", lines("-//! No longer used.\n-pub const LIMIT: u64 = 30;")),
    ]),
  ]);
}

const COMMITS = ["Read the time limit from the configuration", "Serve requests", "Begin"];

/** The same after an agent has gone on: a line is another one, and a file is as it was. */
function differencesByNow({ hasEdited, discarded }: World): Map<string, FileDiff> {
  const files = differences();
  for (const path of discarded) {
    files.delete(path);
  }
  const main = files.get("src/main.rs");
  if (hasEdited && main) {
    const changed = MAIN.map((line) =>
      line.text.includes("parse()?") ? { ...line, text: "    let seconds = parse(text)?;" } : line,
    );
    const before = [...lines("+use crate::config;"), ...changed];
    const hunks = [hunk(5, "use std::time::Duration;", before), hunk(32, "", TAIL)];
    files.set("src/main.rs", { ...main, file: { ...main.file, added: 5 }, hunks });
    files.delete("src/old.rs");
  }
  return files;
}

export function changeRoutes(world: World): Record<string, Route> {
  return {
    "GET /api/sessions/:id/changes": () =>
      ok({
        branch: "time-limit",
        head: "3f9c2d1e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e",
        files: [...differencesByNow(world).values()].map((one) => one.file),
        has_more: false,
      }),
    "GET /api/sessions/:id/changes/diff": ({ query }) => {
      const diff = differencesByNow(world).get(query.get("path") ?? "");
      return diff ? ok(diff) : refuse(404, "file_not_changed", "there is no change of this file");
    },
    "POST /api/sessions/:id/changes/discard": ({ body }) => {
      world.discarded.add(String(body.path));
      return ok({ kept_at: "/home/ada/.local/share/gantline/discarded/1" });
    },
    "GET /api/sessions/:id/changes/log": () =>
      ok({
        commits: COMMITS.map((subject, index) => ({
          id: `${index}f9c2d1e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e`,
          committed_at: at(index * DAY + HOUR),
          author: "Ada",
          subject,
        })),
      }),
  };
}
