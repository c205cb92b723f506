/** Files where a session works. */

import { Refused, request, Unreachable } from "./request";
import type { CreateDirectory, Directory, ExistingFile, FileEntry, FileView } from "./types";

/** Files that can be looked at: where a session works, or in a copy on the server. */
export interface FileSource {
  directory: (path: string, cursor: string | null) => Promise<Directory>;
  view: (path: string) => Promise<FileView>;
  /** Where a file can be fetched from; the browser keeps it and never shows it. */
  contentOf: (path: string) => string;
}

const files = (session: string) => `/api/sessions/${encodeURIComponent(session)}/files`;

const about = (session: string, what: string, query: Record<string, string>) =>
  `${files(session)}${what}?${new URLSearchParams(query)}`;

/** A page of a directory, as it is asked for. */
export const page = (path: string, cursor: string | null) => ({
  path,
  limit: "500",
  ...(cursor === null ? {} : { cursor }),
});

/** The files where a session works. */
export const sessionFiles = (session: string): FileSource => ({
  directory: (path, cursor) => request("GET", about(session, "", page(path, cursor))),
  view: (path) => request("GET", about(session, "/view", { path })),
  contentOf: (path) => about(session, "/content", { path }),
});

export const createDirectory = (session: string, path: string) =>
  request<unknown>("POST", `${files(session)}/directories`, {
    body: { path } satisfies CreateDirectory,
  });

export interface Putting {
  path: string;
  file: File;
  existing: ExistingFile;
  /** How much of it has been sent, from 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Puts a file there. By the older way of asking: the newer one does not say how far it is. */
export function putFile(session: string, putting: Putting): Promise<FileEntry> {
  const { path, file, existing, onProgress, signal } = putting;
  return new Promise((resolve, reject) => {
    const asking = new XMLHttpRequest();
    asking.open("PUT", about(session, "/content", { path, existing }));
    asking.setRequestHeader("content-type", "application/octet-stream");
    asking.responseType = "json";
    asking.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    asking.onload = () => {
      const isDone = asking.status === 201;
      isDone ? resolve(asking.response as FileEntry) : reject(refusal(asking));
    };
    asking.onerror = () => reject(new Unreachable("the server did not answer"));
    asking.onabort = () => reject(new Unreachable("it was stopped"));
    signal.addEventListener("abort", () => asking.abort(), { once: true });
    asking.send(file);
  });
}

function refusal({ status, statusText, response }: XMLHttpRequest): Refused {
  const detail = statusText || `HTTP ${status}`;
  const fallback = { title: detail, status, code: `http_${status}`, detail, error: detail };
  return new Refused({ ...fallback, ...(response as object | null) });
}
