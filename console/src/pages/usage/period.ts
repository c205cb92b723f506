/** Which time is looked at, and into which steps it is divided. */

export const PERIODS = [
  "day",
  "week",
  "month",
  "this_month",
  "last_month",
  "quarter",
  "year",
] as const;
export type Period = (typeof PERIODS)[number];

export type Step = "hour" | "day" | "month";

/** From the beginning of its first step to an end that may be in the middle of the last one. */
export interface Span {
  step: Step;
  since: number;
  /** Null for a period that goes on. */
  until: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The span of a period, by the clock of UTC, as days of usage are counted. */
export function spanOf(period: Period, now: number): Span {
  const date = new Date(now);
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const month = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  const days = (count: number): Span => ({
    step: "day",
    since: today - (count - 1) * DAY_MS,
    until: null,
  });
  switch (period) {
    case "day":
      return { step: "hour", since: (Math.floor(now / HOUR_MS) - 23) * HOUR_MS, until: null };
    case "week":
      return days(7);
    case "month":
      return days(30);
    case "quarter":
      return days(90);
    case "year":
      return { step: "month", since: month(-11), until: null };
    case "this_month":
      return { step: "day", since: month(0), until: null };
    case "last_month":
      return { step: "day", since: month(-1), until: month(0) };
  }
}

/** When each step of a span begins. */
export function stepsOf(span: Span, now: number): number[] {
  const end = span.until ?? now + 1;
  const starts: number[] = [];
  for (let at = span.since; at < end; at = following(at, span.step)) {
    starts.push(at);
  }
  return starts;
}

function following(at: number, step: Step): number {
  if (step === "month") {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  }
  return at + (step === "hour" ? HOUR_MS : DAY_MS);
}
