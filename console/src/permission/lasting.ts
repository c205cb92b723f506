/** For how long a rule holds. */

export const DURATIONS = ["ever", "hour", "day", "week", "month"] as const;
export type Lasting = (typeof DURATIONS)[number];

const SECONDS: Readonly<Record<Lasting, number | null>> = {
  ever: null,
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
};

/** Null for ever. */
export function secondsOf(lasting: Lasting): number | null {
  return SECONDS[lasting];
}
