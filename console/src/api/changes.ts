/** What differs where a session works from what was committed there. */

import { request } from "./request";
import type {
  ChangeDiscarded,
  ChangedFile,
  Changes,
  CommitLog,
  DiscardChange,
  FileDiff,
} from "./types";

const changes = (session: string) => `/api/sessions/${encodeURIComponent(session)}/changes`;

export const changesOf = (session: string) => request<Changes>("GET", changes(session));

export const fileDiff = (session: string, path: string, oldPath: string | null) =>
  request<FileDiff>(
    "GET",
    `${changes(session)}/diff?${new URLSearchParams({
      path,
      ...(oldPath === null ? {} : { old_path: oldPath }),
    })}`,
  );

/** Puts a file back as it was committed. */
export const discardChange = (session: string, { path, old_path }: ChangedFile) =>
  request<ChangeDiscarded>("POST", `${changes(session)}/discard`, {
    body: { path, ...(old_path == null ? {} : { old_path }) } satisfies DiscardChange,
  });

export const commitLog = (session: string, cursor: string | null) =>
  request<CommitLog>(
    "GET",
    `${changes(session)}/log?${new URLSearchParams({
      limit: "20",
      ...(cursor === null ? {} : { cursor }),
    })}`,
  );
