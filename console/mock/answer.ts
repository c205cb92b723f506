/** What the pretended server is asked, and what it answers. */

import type { Problem } from "../src/api/types";
import type { Json } from "./world";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Json;
  /** The body as it came. */
  raw: string;
  idempotencyKey: string | null;
  isSignedIn: boolean;
}

export interface Answer {
  status: number;
  body: unknown;
  /** Whether the browser is signed in from now on. */
  signIn?: boolean;
  /** The name of a file, where the answer is one. */
  file?: string;
}

export type Route = (asked: Asked, id: string) => Answer;

export function refuse(status: number, code: string, detail: string, hint?: string): Answer {
  const body: Problem = {
    title: code,
    status,
    code,
    detail,
    error: detail,
    ...(hint === undefined ? {} : { hint }),
  };
  return { status, body };
}

export const ok = (body: unknown, signIn?: boolean): Answer => ({
  status: 200,
  body,
  ...(signIn === undefined ? {} : { signIn }),
});
