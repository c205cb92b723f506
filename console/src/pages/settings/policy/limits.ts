/** Session limits as they are typed. Nothing typed is no limit; idle time is in minutes. */

import type { ChangeSessionLimits, SessionLimitsView } from "../../../api/types";

export const LIMITS = [
  "idle_limit_s",
  "max_turns",
  "max_sessions_per_machine",
  "max_sessions_per_user",
] as const;

export type LimitName = (typeof LIMITS)[number];

export type Typed = Readonly<Record<LimitName, string>>;

const MINUTE_S = 60;

/** What stands in the fields at first. */
export function typed(limits: SessionLimitsView): Typed {
  const text = (limit: number | null | undefined, unit: number) =>
    limit == null ? "" : String(limit / unit);
  return {
    idle_limit_s: text(limits.idle_limit_s, MINUTE_S),
    max_turns: text(limits.max_turns, 1),
    max_sessions_per_machine: text(limits.max_sessions_per_machine, 1),
    max_sessions_per_user: text(limits.max_sessions_per_user, 1),
  };
}

/** Whether a text is nothing or a number that could be a limit. */
export function isTyped(text: string): boolean {
  return text.trim() === "" || (/^\d+(?:\.\d+)?$/.test(text.trim()) && Number(text) > 0);
}

/** What is to be changed; what was not touched is left out. Null while something is no limit. */
export function changeOf(limits: SessionLimitsView, texts: Typed): ChangeSessionLimits | null {
  const before = typed(limits);
  const change: ChangeSessionLimits = {};
  for (const name of LIMITS) {
    const text = texts[name].trim();
    if (!isTyped(text)) {
      return null;
    }
    if (text === before[name]) {
      continue;
    }
    const limit = Number(text) * (name === "idle_limit_s" ? MINUTE_S : 1);
    if (text !== "" && !Number.isInteger(limit)) {
      return null;
    }
    change[name] = text === "" ? null : limit;
  }
  return change;
}
