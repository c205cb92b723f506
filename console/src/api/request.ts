/** Asking the server: JSON in, JSON out, every failure as one of two errors. */

import type { Problem } from "./types";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The server answered that it will not do it, and why. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  /** A stable word, such as `machine_offline`. */
  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The server did not answer, or its answer did not arrive. What was asked may have happened. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface RequestOptions {
  body?: unknown;
  /** Makes a repeated request harmless. */
  idempotencyKey?: string;
  /** Longer than usual, for what is large. */
  withinMs?: number;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/** A transcript comes from its machine or goes there, and may be long. */
export const FILE_TIMEOUT_MS = 300_000;

type UnauthorisedListener = () => void;

let unauthorised: UnauthorisedListener = () => {};

/** Who is told when the server no longer knows this browser. */
export function onUnauthorised(listener: UnauthorisedListener): void {
  unauthorised = listener;
}

/** Asks the server, and answers the body. */
export async function request<Answer>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await send(method, path, options);
  const text = await body(response);
  if (response.ok) {
    return parse(text) as Answer;
  }
  throw refused(path, response, text);
}

/** A file that the server hands out, by the name that it gives it. */
export interface Handed {
  name: string | null;
  content: Blob;
}

/** Asks the server for a file. */
export async function requestFile(path: string): Promise<Handed> {
  const response = await send("GET", path, { withinMs: FILE_TIMEOUT_MS });
  if (!response.ok) {
    throw refused(path, response, await body(response));
  }
  const disposition = response.headers.get("content-disposition") ?? "";
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? null;
  try {
    return { name, content: await response.blob() };
  } catch (cause) {
    throw new Unreachable("the answer broke off", { cause });
  }
}

function refused(path: string, response: Response, text: string): Refused {
  if (response.status === 401 && !path.startsWith("/api/auth/")) {
    unauthorised();
  }
  return new Refused(problem(response, text));
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  // The server takes unsafe requests only where the body is declared as JSON, empty or not.
  if (method !== "GET") {
    headers["content-type"] = "application/json";
  }
  if (options.idempotencyKey !== undefined) {
    headers["idempotency-key"] = options.idempotencyKey;
  }
  const deadline = AbortSignal.timeout(options.withinMs ?? TIMEOUT_MS);
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    redirect: "error",
    signal: options.signal ? AbortSignal.any([deadline, options.signal]) : deadline,
  };
  if (method !== "GET") {
    init.body = JSON.stringify(options.body ?? {});
  }
  try {
    return await fetch(path, init);
  } catch (cause) {
    throw new Unreachable("the server did not answer", { cause });
  }
}

async function body(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new Unreachable("the answer broke off", { cause });
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    throw new Unreachable("the answer is not from a Gantline server", { cause });
  }
}

/** What a proxy in between says is no problem of ours, but people must see something. */
function problem(response: Response, text: string): Problem {
  const fallback = {
    title: response.statusText,
    status: response.status,
    code: `http_${response.status}`,
    detail: response.statusText || `HTTP ${response.status}`,
    error: response.statusText,
  };
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === "object" && answer !== null && "detail" in answer) {
      return { ...fallback, ...(answer as Partial<Problem>) };
    }
  } catch {
    // An error page of something in between.
  }
  return fallback;
}
