/** Whether everybody in the tenant must have a second factor. */

import { useCallback, useState } from "preact/hooks";

import { demandSecondFactor, secondFactor } from "../../../api/second-factor";
import { tenants } from "../../../api/tenants";
import type { DemandSecondFactor as Demand } from "../../../api/types";
import { useAnswer } from "../../../app/answer";
import { attempt, ProblemNote } from "../../../app/problem";
import { user } from "../../../app/state";
import { t } from "../../../i18n";
import { Badge } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { Confirm } from "../../../ui/dialog";
import { Icon } from "../../../ui/icon";

/** Of one's own tenant, or of another for who runs the installation. */
export function DemandSecondFactor({ of, onChanged }: { of?: string; onChanged?: () => void }) {
  const words = t().second_factor;
  const { value, error, reload } = useAnswer(useCallback(() => demandOf(of), [of]));
  const [isAsking, setAsking] = useState(false);
  const isDemanded = value === "required";
  const tenant = of ?? user.value?.tenant_id;
  const say = (demand: Demand["demand"]) => {
    setAsking(false);
    if (tenant) {
      void attempt(() => demandSecondFactor(tenant, { demand })).then(() => {
        reload();
        onChanged?.();
      });
    }
  };
  return (
    <>
      <ProblemNote error={error} />
      {value && (
        <ul class="card settings-rows" data-demand={value}>
          <li>
            <Icon name="shield" />
            <span class="settings-row-words">
              <span class="settings-row-title">
                {words.demand}
                {isDemanded && <Badge tone="working">{words.demanded_badge}</Badge>}
              </span>
              <span class="small faint">{words.demand_text}</span>
            </span>
            <Button size="s" onClick={() => (isDemanded ? say("optional") : setAsking(true))}>
              {isDemanded ? words.demand_end : words.demand_confirm}
            </Button>
          </li>
        </ul>
      )}
      {isAsking && (
        <Confirm
          title={words.demand_title}
          confirm={words.demand_confirm}
          onClose={() => setAsking(false)}
          onConfirm={() => say("required")}
        >
          <p>{words.demand_text}</p>
        </Confirm>
      )}
    </>
  );
}

async function demandOf(tenant: string | undefined): Promise<Demand["demand"]> {
  if (tenant === undefined) {
    return (await secondFactor()).demand;
  }
  const found = (await tenants()).tenants.find((one) => one.id === tenant);
  return found?.second_factor ?? "optional";
}
