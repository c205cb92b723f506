/** Quotas in words. */

import type { QuotaMeasure, QuotaStatus, QuotaView } from "../../api/types";
import { t } from "../../i18n";
import { dateTime, dollars, number, relative } from "../../i18n/format";
import { oneLine } from "../../text/visible";

/** Whose use a quota limits. */
export function whose(quota: QuotaView | QuotaStatus): string {
  const words = t().quotas;
  if (quota.subject === "tenant") {
    return words.subjects.tenant;
  }
  if (quota.of == null) {
    return words.each[quota.subject];
  }
  return oneLine(quota.name ?? "", 60) || t().usage.gone;
}

/** An amount in its own unit. */
export function amountIn(measure: QuotaMeasure, amount: number): string {
  return measure === "cost"
    ? dollars(amount)
    : t().quotas.amount[measure](number(Math.round(amount)));
}

/** How much, and for how long. */
export function limitOf({ measure, period, limit }: QuotaView | QuotaStatus): string {
  return `${amountIn(measure, limit)} ${t().quotas.periods[period]}`;
}

/** When it is whole again. */
export function resetOf(status: QuotaStatus, now: number): string {
  const words = t().quotas;
  return status.resets_at == null
    ? words.never_resets
    : words.resets(relative(status.resets_at, now));
}

/** The same as a point in time. */
export function resetTime(status: QuotaStatus): string | null {
  return status.resets_at == null ? null : dateTime(status.resets_at);
}

/** What somebody has typed as an amount; null where it is none. */
export function readAmount(measure: QuotaMeasure, text: string): number | null {
  const plain = text.trim().replaceAll(/[\s_,']/g, "");
  if (!/^\d{1,15}(?:\.\d{1,9})?$/.test(plain)) {
    return null;
  }
  const amount = Number(plain);
  return measure === "cost" || Number.isInteger(amount) ? amount : null;
}
