/** Times, durations and numbers as people of the chosen language write them. */

import { locale } from ".";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** “3 minutes ago”, “in 2 days”; whole days from a month on as a date. */
export function relative(at: number | string, now: number): string {
  const difference = new Date(at).getTime() - now;
  const distance = Math.abs(difference);
  if (distance > 30 * DAY_MS) {
    return date(at);
  }
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "narrow" });
  if (distance < 10 * SECOND_MS) {
    return format.format(0, "second");
  }
  // Rounded towards now, so that no minute has sixty seconds.
  if (distance < MINUTE_MS) {
    return format.format(Math.trunc(difference / SECOND_MS), "second");
  }
  if (distance < HOUR_MS) {
    return format.format(Math.trunc(difference / MINUTE_MS), "minute");
  }
  if (distance < DAY_MS) {
    return format.format(Math.trunc(difference / HOUR_MS), "hour");
  }
  return format.format(Math.trunc(difference / DAY_MS), "day");
}

export function date(at: number | string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(at));
}

export function dateTime(at: number | string): string {
  const format = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(at));
}

export function time(at: number | string): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date(at));
}

/** “0.4s”, “12s”, “3m 5s”, “2h 10m”. */
export function duration(ms: number): string {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale(), {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
      maximumFractionDigits: digits,
    }).format(value);
  if (ms < 10 * SECOND_MS) {
    return unit(Math.max(0, ms) / SECOND_MS, "second", 1);
  }
  if (ms < MINUTE_MS) {
    return unit(Math.round(ms / SECOND_MS), "second");
  }
  if (ms < HOUR_MS) {
    const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
    const whole = unit(Math.floor(ms / MINUTE_MS), "minute");
    return seconds === 0 ? whole : `${whole} ${unit(seconds, "second")}`;
  }
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const whole = unit(Math.floor(ms / HOUR_MS), "hour");
  return minutes === 0 ? whole : `${whole} ${unit(minutes, "minute")}`;
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** “12.3K”, “1.2万”. */
export function compact(value: number): string {
  const format = new Intl.NumberFormat(locale(), {
    notation: "compact",
    maximumFractionDigits: 1,
  });
  return format.format(value);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(share);
}

/** “1.5 MB”, with powers of 1024 as files are counted. */
export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(value || 1) / 10)));
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(value / 1024 ** power);
}

/** US dollars: to the cent, and as exactly as it takes where there is less than one. */
export function dollars(amount: number): string {
  const digits = amount >= 1 || amount === 0 ? 2 : amount >= 0.01 ? 3 : 6;
  return new Intl.NumberFormat(locale(), {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(amount);
}

/** A time by the clock of this computer. */
export function localTime(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), options).format(at);
}

/** A time by the clock of UTC, by which days of usage and quotas are counted. */
export function utc(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" }).format(at);
}

/** An amount in a currency of ISO 4217; an unknown code is written as it came. */
export function money(amount: number, currency: string): string {
  try {
    const options = { style: "currency", currency, maximumFractionDigits: 4 } as const;
    return new Intl.NumberFormat(locale(), options).format(amount);
  } catch {
    return `${number(amount)} ${currency}`.trim();
  }
}
