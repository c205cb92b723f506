/** Budgets that come to an end, on the start page. */

import type { QuotaStatus } from "../api/types";
import { Link, paths } from "../app/router";
import { t } from "../i18n";
import { Section } from "../ui/bits";
import { QuotaRow } from "./usage/quota-row";

/** More than these are for the page of all. */
const MOST = 5;

export function BudgetsAtALine({ quotas }: { quotas: readonly QuotaStatus[] }) {
  const words = t().home;
  const shown = [...quotas].sort((one, other) => share(other) - share(one)).slice(0, MOST);
  return (
    <Section
      title={words.budgets}
      aside={<Link to={paths.usage("quotas")}>{words.all_budgets(quotas.length)}</Link>}
    >
      <ul class="card quota-rows">
        {shown.map((status) => (
          <QuotaRow key={`${status.quota_id} ${status.of}`} quota={status} status={status} />
        ))}
      </ul>
    </Section>
  );
}

function share({ used, limit }: QuotaStatus): number {
  return limit > 0 ? used / limit : 1;
}
