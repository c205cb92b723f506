/** The files of the pretended world: one workspace, which all sessions share. */

import type { FileEntry, FileView } from "../src/api/types";
import { type Asked, ok, type Route, refuse } from "./answer";
import { at, DAY, HOUR, MINUTE } from "./world";

/** A picture of four colours (PNG). */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8DAwPAfjBn+M4AIBgAx6gP+0uVpXwAAAABJRU5ErkJggg==";

const MAIN = `//! Reads the time limit from the configuration.

use std::time::Duration;

/// How long a request may take.
pub fn time_limit(text: &str) -> Result<Duration, ParseError> {
    let seconds: u64 = text.trim().parse()?;
    Ok(Duration::from_secs(seconds))
}
`;

export type Entry = { agoMs: number; kind: FileEntry["kind"]; content: Buffer };

const file = (agoMs: number, text: string | Buffer): Entry => ({
  agoMs,
  kind: "file",
  content: Buffer.from(text),
});

const bare = (agoMs: number, kind: FileEntry["kind"]): Entry => ({
  agoMs,
  kind,
  content: Buffer.alloc(0),
});

export function workspace(): Map<string, Entry> {
  return new Map([
    ["docs", bare(2 * DAY, "directory")],
    ["docs/用户指南.md", file(2 * DAY, "# 用户指南\n\n先安装，再登录。\n")],
    ["src", bare(HOUR, "directory")],
    ["src/main.rs", file(4 * MINUTE, MAIN)],
    ["src/lib.rs", file(HOUR, "pub mod limits;\n")],
    ["Cargo.toml", file(3 * DAY, '[package]\nname = "limits"\nversion = "0.1.0"\n')],
    ["logo.png", file(9 * DAY, Buffer.from(PICTURE, "base64"))],
    ["limits.bin", file(9 * DAY, Buffer.from([0, 1, 2, 3]))],
    ["page.html", file(9 * DAY, "<script>document.title = 'taken'</script>\n")],
    ["current", bare(DAY, "link")],
    ["agent.sock", bare(DAY, "other")],
  ]);
}

export const parent = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const last = (path: string) => path.slice(path.lastIndexOf("/") + 1);

export const view = (path: string, { agoMs, kind, content }: Entry): FileEntry => ({
  name: last(path),
  kind,
  size_bytes: content.length,
  modified_at: at(agoMs),
});

export function shown(content: Buffer): FileView["content"] {
  if (content.subarray(1, 4).toString() === "PNG") {
    return { kind: "image", media_type: "image/png" };
  }
  return content.includes(0)
    ? { kind: "binary" }
    : { kind: "text", text: content.toString(), is_cut: false };
}

export function fileRoutes(): Record<string, Route> {
  const entries = workspace();
  const about = ({ query }: Asked) => query.get("path") ?? "";
  const missing = () => refuse(404, "file_missing", "there is no such file or directory");
  const withFile = (asked: Asked, answer: (path: string, entry: Entry) => ReturnType<Route>) => {
    const path = about(asked);
    const entry = entries.get(path);
    return entry?.kind === "file" ? answer(path, entry) : missing();
  };
  const put = (path: string, entry: Entry) => {
    entries.set(path, entry);
    return view(path, entry);
  };
  return {
    "GET /api/sessions/:id/files": (asked) => {
      const path = about(asked);
      const inside = [...entries].filter(([name]) => parent(name) === path);
      return path !== "" && entries.get(path)?.kind !== "directory"
        ? missing()
        : ok({ path, entries: inside.map(([name, entry]) => view(name, entry)) });
    },
    "GET /api/sessions/:id/files/view": (asked) =>
      withFile(asked, (path, entry) => {
        const { size_bytes, modified_at } = view(path, entry);
        return ok({ path, size_bytes, modified_at, content: shown(entry.content) });
      }),
    "GET /api/sessions/:id/files/content": (asked) =>
      withFile(asked, (path, { content }) => ({ status: 200, body: content, file: last(path) })),
    "PUT /api/sessions/:id/files/content": (asked) => {
      const path = about(asked);
      if (entries.has(path) && asked.query.get("existing") !== "replace") {
        return refuse(409, "file_exists", "there is something of that name already");
      }
      return { status: 201, body: put(path, file(0, asked.raw)) };
    },
    "POST /api/sessions/:id/files/directories": ({ body }) => {
      const path = String(body.path);
      if (entries.has(path)) {
        return refuse(409, "file_exists", "there is something of that name already");
      }
      put(path, bare(0, "directory"));
      return ok({ success: true });
    },
  };
}
