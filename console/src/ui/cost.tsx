/** What something has cost, with a mark where that is not certain. */

import type { UsageTotals } from "../api/types";
import { t } from "../i18n";
import { dollars } from "../i18n/format";

export function Cost({ totals }: { totals: UsageTotals }) {
  const doubts = doubtsOf(totals);
  return doubts === "" ? (
    <span class="cost">{dollars(totals.cost_usd)}</span>
  ) : (
    <span class="cost" title={doubts}>
      <span aria-hidden="true">~</span>
      {dollars(totals.cost_usd)}
      <span class="unseen"> ({doubts})</span>
    </span>
  );
}

/** Why a cost is not certain, in words; empty where it is. */
export function doubtsOf({ cost_is_assumed, estimated_calls }: UsageTotals): string {
  const words = t().usage;
  return [
    cost_is_assumed ? words.price_assumed : "",
    estimated_calls > 0 ? words.estimated(estimated_calls) : "",
  ]
    .filter((doubt) => doubt !== "")
    .join("; ");
}
