/** Sessions, their turns and their questions. */

import { FILE_TIMEOUT_MS, request, requestFile } from "./request";
import type {
  AnswerPermission,
  CancelTurn,
  ChangeMode,
  ChangeModel,
  ChangeOption,
  ChangeSession,
  CreateSession,
  CreateTurn,
  FoundInSessions,
  ImportSession,
  OnePermission,
  OneSession,
  OneShare,
  OneTurn,
  SearchSessions,
  SessionPresence,
  Sessions,
  SessionUsage,
  SessionView,
  ShareSession,
  Shares,
  Turns,
} from "./types";

const session = (id: string) => `/api/sessions/${encodeURIComponent(id)}`;

export const oneSession = (id: string) => request<OneSession>("GET", session(id));

/** Which sessions are looked for. */
export interface SessionQuery {
  /** Words of the title, the tags, the agent or the workspace. */
  q: string;
  tag: string | null;
  archived: boolean;
}

export const sessionsAfter = ({ q, tag, archived }: SessionQuery, cursor: string | null) => {
  const query = new URLSearchParams({
    limit: "100",
    ...(q.trim() === "" ? {} : { q: q.trim() }),
    ...(tag === null ? {} : { tag }),
    archived: String(archived),
    ...(cursor === null ? {} : { cursor }),
  });
  return request<Sessions>("GET", `/api/sessions?${query}`);
};

/** Where something was said; in a body, so that it stands in no address. */
export const searchSessions = (body: SearchSessions) =>
  request<FoundInSessions>("POST", "/api/sessions/search", { body });

export const createSession = (body: CreateSession) =>
  request<OneSession>("POST", "/api/sessions", { body });

export const changeSession = (id: string, body: ChangeSession) =>
  request<OneSession>("PATCH", session(id), { body });

/** Removes the worktree of a session that is over; `discard`: with what is nowhere else. */
export const removeWorktree = (id: string, discard: boolean) =>
  request<OneSession>("DELETE", `${session(id)}/worktree${discard ? "?discard=true" : ""}`);

export type ExportFormat = "json" | "markdown";

export const exportSession = (id: string, format: ExportFormat) =>
  requestFile(`/api/sessions/export/${encodeURIComponent(id)}?format=${format}`);

/** The largest request of that kind; a little less of it is the file. */
export const MAX_IMPORT_BYTES = 32 * 1024 * 1024;

/** Takes in the text of an export. The key makes a repeated request the same session. */
export const importSession = (body: ImportSession, idempotencyKey: string) =>
  request<SessionView>("POST", "/api/sessions/import", {
    body,
    idempotencyKey,
    withinMs: FILE_TIMEOUT_MS,
  });

export const deleteSession = (id: string) => request<unknown>("DELETE", session(id));

export const stopSession = (id: string) => request<unknown>("POST", `${session(id)}/stop`);

/** Has nothing of it run; answers when that is so. */
export const pauseSession = (id: string) => request<OneSession>("POST", `${session(id)}/pause`);

/** Lets it go on from where it stands. */
export const resumeSession = (id: string) => request<OneSession>("POST", `${session(id)}/resume`);

/** To whom a session is lent. */
export const shares = (id: string) => request<Shares>("GET", `${session(id)}/shares`);

export const shareSession = (id: string, body: ShareSession) =>
  request<OneShare>("POST", `${session(id)}/shares`, { body });

/** Takes it back from somebody; who holds it gives it back. */
export const unshareSession = (id: string, userId: string) =>
  request<unknown>("DELETE", `${session(id)}/shares/${encodeURIComponent(userId)}`);

/** The key makes a repeated request the same prompt, not a second one. */
export const prompt = (id: string, body: CreateTurn, idempotencyKey: string) =>
  request<OneTurn>("POST", `${session(id)}/prompt`, { body, idempotencyKey });

/** The options of agents are switches and choices. */
type SwitchOrChoice = Omit<ChangeOption, "value"> & { value: string | boolean };

/** Without a turn, the one that runs. */
export const cancelTurn = (id: string, turnId?: string) =>
  request<unknown>("POST", `${session(id)}/cancel`, {
    body: (turnId === undefined ? {} : { turn_id: turnId }) satisfies CancelTurn,
  });

export const changeModel = (id: string, model: string) =>
  request<unknown>("PUT", `${session(id)}/model`, { body: { model } satisfies ChangeModel });

export const changeMode = (id: string, mode: string) =>
  request<unknown>("PUT", `${session(id)}/mode`, { body: { mode } satisfies ChangeMode });

export const changeOption = (id: string, option: string, value: string | boolean) =>
  request<unknown>("PUT", `${session(id)}/option`, {
    body: { option, value } satisfies SwitchOrChoice,
  });

export const turns = (id: string) => request<Turns>("GET", `${session(id)}/turns`);

export const sessionPresence = (id: string) =>
  request<SessionPresence>("GET", `${session(id)}/presence`);

export const sessionUsage = (id: string) => request<SessionUsage>("GET", `${session(id)}/usage`);

export const answerPermission = (id: string, body: AnswerPermission) =>
  request<OnePermission>("POST", `/api/permissions/${encodeURIComponent(id)}/answer`, { body });
