/** What has become of a session's call for more. */

import type { BudgetRequestView } from "../api/types";
import { store, user } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { now } from "../time/clock";
import { Foreign } from "../ui/bits";
import { Icon } from "../ui/icon";

export function Verdict({ request }: { request: BudgetRequestView }) {
  const words = t().budget;
  if (request.state === "withdrawn" || request.state === "pending") {
    return (
      <p class="permission-progress">
        <Icon name="check" size={16} />
        {words.withdrawn}
      </p>
    );
  }
  const isGranted = request.state === "granted";
  return (
    <div class="permission-progress" role="status">
      <span class={`permission-verdict ${isGranted ? "verdict-yes" : "verdict-no"}`}>
        <Icon name={isGranted ? "check" : "ban"} size={16} />
        {isGranted ? words.granted : words.declined}
      </span>
      <By request={request} />
    </div>
  );
}

function By({ request: { answered_by, answered_at } }: { request: BudgetRequestView }) {
  if (answered_by == null || answered_by === user.value?.user_id) {
    return null;
  }
  const owners = [...store.sessions.value.values()].map((session) => session.owner);
  const who = owners.find((owner) => owner.user_id === answered_by)?.display_name;
  return (
    <span class="small faint">
      {t().permission.answered_by} <Foreign text={who ?? t().permission.somebody} />
      {answered_at && ` · ${relative(answered_at, now.value)}`}
    </span>
  );
}
