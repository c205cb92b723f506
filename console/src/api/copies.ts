/** Copies of a machine's workspaces that are on the server. */

import { type FileSource, page } from "./files";
import { request } from "./request";
import type { Copies } from "./types";

const at = (machine: string, rest = "") =>
  `/api/remote/machines/${encodeURIComponent(machine)}/copies${rest}`;

export const copies = (machine: string) => request<Copies>("GET", at(machine));

export const removeCopy = (machine: string, copy: string) =>
  request<unknown>("DELETE", at(machine, `/${encodeURIComponent(copy)}`));

/** Where all files of a copy can be fetched from, as one archive. */
export const archiveOf = (machine: string, copy: string) =>
  at(machine, `/${encodeURIComponent(copy)}/archive`);

/** The files of a copy. */
export function copyFiles(machine: string, copy: string): FileSource {
  const about = (what: string, query: Record<string, string>) =>
    `${at(machine, `/${encodeURIComponent(copy)}/files`)}${what}?${new URLSearchParams(query)}`;
  return {
    directory: (path, cursor) => request("GET", about("", page(path, cursor))),
    view: (path) => request("GET", about("/view", { path })),
    contentOf: (path) => about("/content", { path }),
  };
}
