/** Copies of workspaces on the pretended server: the machine that is offline has one. */

import type { Copies, CopyView } from "../src/api/types";
import { type Asked, ok, type Route, refuse } from "./answer";
import { last, parent, shown, view, workspace } from "./files";
import { at, HOUR, type World } from "./world";

/** Whose workspace is copied. */
const MACHINE = "gpu-box";

const COPY = "c".repeat(64);

const NOTHING = { over_bytes: 0, too_large: 0, special: 0, unnameable: 0, unreadable: 0 };

export function copyRoutes(world: World): Record<string, Route> {
  const kinds = new Set(["file", "directory"]);
  const entries = new Map([...workspace()].filter(([, { kind }]) => kinds.has(kind)));
  const files = [...entries.values()].filter(({ kind }) => kind === "file");
  const copy: CopyView = {
    copy_id: COPY,
    workspace: "/srv/train",
    files: files.length,
    size_bytes: files.reduce((size, { content }) => size + content.length, 0),
    taken_at: at(5 * HOUR),
    left_out: { files: 5, over_files: 3, secret: 2, ...NOTHING },
  };
  let isThere = true;
  const missing = () => refuse(404, "not_found", "copy or file not found");
  const withFile = (
    asked: Asked,
    answer: (path: string, entry: NonNullable<ReturnType<typeof entries.get>>) => ReturnType<Route>,
  ) => {
    const path = asked.query.get("path") ?? "";
    const entry = entries.get(path);
    return isThere && entry?.kind === "file" ? answer(path, entry) : missing();
  };
  // Nothing in it that the pretended server would take for an identifier.
  const one = `/api/remote/machines/:id/copies/${COPY}`;
  return {
    "GET /api/remote/machines/:id/copies": (_, id) => {
      const isCopied = world.machines.get(id)?.machine_name === MACHINE;
      const copies = isThere && isCopied ? [copy] : [];
      return ok({ copies, may_remove: true } satisfies Copies);
    },
    [`DELETE ${one}`]: () => {
      isThere = false;
      return ok({ success: true });
    },
    [`GET ${one}/files`]: ({ query }) => {
      const path = query.get("path") ?? "";
      const inside = [...entries].filter(([place]) => parent(place) === path);
      const isDirectory = path === "" || entries.get(path)?.kind === "directory";
      return isThere && isDirectory
        ? ok({ path, entries: inside.map(([place, entry]) => view(place, entry)) })
        : missing();
    },
    [`GET ${one}/files/view`]: (asked) =>
      withFile(asked, (path, entry) => {
        const { size_bytes, modified_at } = view(path, entry);
        return ok({ path, size_bytes, modified_at, content: shown(entry.content) });
      }),
    [`GET ${one}/files/content`]: (asked) =>
      withFile(asked, (path, { content }) => ({ status: 200, body: content, file: last(path) })),
  };
}
