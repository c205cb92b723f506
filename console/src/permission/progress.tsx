/** An answer on its way: sent, on the machine, taken by the agent. */

import type { PermissionAnswer, PermissionView } from "../api/types";
import { store, user } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { someLines } from "../text/visible";
import { now } from "../time/clock";
import { Foreign } from "../ui/bits";
import { Spinner } from "../ui/button";
import { Icon } from "../ui/icon";

interface ProgressProps {
  permission: PermissionView;
  /** The answer that has left this page and is not confirmed. */
  onItsWay: PermissionAnswer | null;
}

export function Progress({ permission, onItsWay }: ProgressProps) {
  const words = t().permission;
  if (permission.state === "withdrawn") {
    return (
      <p class="permission-progress">
        <Icon name="ban" size={16} />
        {words.withdrawn}
      </p>
    );
  }
  const answer = permission.answer ?? onItsWay;
  const isAllowed = answer !== "deny";
  return (
    <div class="permission-progress" role="status">
      <span class={`permission-verdict ${isAllowed ? "verdict-yes" : "verdict-no"}`}>
        <Icon name={isAllowed ? "check" : "ban"} size={16} />
        {answer && words.answered[answer]}
      </span>
      <Steps reached={onItsWay === null ? reached(permission) : 0} />
      <By permission={permission} />
      {permission.note && <q class="permission-said">{someLines(permission.note)}</q>}
    </div>
  );
}

/** How many of the three steps are done. */
function reached(permission: PermissionView): number {
  return { pending: 0, answered: 1, delivered: 2, resolved: 3, withdrawn: 3 }[permission.state];
}

function Steps({ reached: done }: { reached: number }) {
  const words = t().permission.steps;
  const steps = [words.sent, words.delivered, words.continued];
  return (
    <ol class="permission-steps">
      {steps.map((step, index) => (
        <li key={step} class={index < done ? "step-done" : index === done ? "step-now" : ""}>
          {index < done ? <Icon name="check" size={13} /> : index === done && <Spinner />}
          {step}
        </li>
      ))}
    </ol>
  );
}

function By({ permission }: { permission: PermissionView }) {
  const { answered_by, answered_at } = permission;
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
