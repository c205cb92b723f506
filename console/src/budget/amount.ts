/** Amounts of what quotas count: tokens, calls, or US dollars. */

import type { QuotaMeasure } from "../api/types";
import { t } from "../i18n";
import { money, number } from "../i18n/format";

/** As people read it, with its unit. */
export function amountOf(measure: QuotaMeasure, amount: number): string {
  return measure === "cost"
    ? money(amount, "USD")
    : t().budget.unit[measure](amount, number(amount));
}

/** As people type it; null for what is no amount that can be granted. */
export function readAmount(measure: QuotaMeasure, text: string): number | null {
  const typed = text
    .trim()
    .replace(/^[+$]\s*/, "")
    .replaceAll(/[,\s_]/g, "");
  const found = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(typed);
  if (!found) {
    return null;
  }
  const times = { "": 1, k: 1e3, m: 1e6 }[(found[2] ?? "").toLowerCase()] ?? 1;
  const amount = Number(found[1]) * times;
  const isWhole = measure === "cost" || Number.isInteger(amount);
  return amount > 0 && isWhole ? amount : null;
}
