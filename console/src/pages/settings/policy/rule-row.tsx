/** One rule: what it says, of which calls, where, who gave it, and whether it was of use. */

import type { RuleView } from "../../../api/types";
import { Link, paths } from "../../../app/router";
import { isOperator, mayWork, store, user } from "../../../app/state";
import { t } from "../../../i18n";
import { date } from "../../../i18n/format";
import { oneLine } from "../../../text/visible";
import { Ago, Badge, Foreign } from "../../../ui/bits";
import { Button } from "../../../ui/button";

interface RuleRowProps {
  rule: RuleView;
  onRevoke: () => void;
}

export function RuleRow({ rule, onRevoke }: RuleRowProps) {
  const words = t().rules;
  const isOwn = rule.owner_id === user.value?.user_id;
  const mayRevoke = isOwn ? mayWork(user.value) : isOperator(user.value);
  return (
    <li data-rule={rule.rule_id}>
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Badge tone={rule.effect === "allow" ? "working" : "failed"}>
            {words.effects[rule.effect]}
          </Badge>
          <span class="rule-title">
            <Foreign text={rule.title} />
          </span>
        </span>
        {whichCalls(rule) !== rule.title && <span class="small faint">{whichCalls(rule)}</span>}
        <span class="small faint">
          <Where rule={rule} /> · {whose(rule, isOwn)} · {words.given} <Ago at={rule.created_at} />
          {rule.expires_at && (
            <>
              {" · "}
              {words.until} {date(rule.expires_at)}
            </>
          )}
        </span>
        <span class="small faint">
          {rule.uses > 0 ? words.used(rule.uses) : words.unused}
          {rule.last_used_at && (
            <>
              , {words.last_used} <Ago at={rule.last_used_at} />
            </>
          )}
        </span>
      </span>
      {mayRevoke && (
        <Button size="s" look="danger" onClick={onRevoke}>
          {words.revoke}
        </Button>
      )}
    </li>
  );
}

/** Which calls it is about. */
export function whichCalls({ tool, matches }: RuleView): string {
  const words = t().rules;
  const name = tool === "other" ? t().policy.other_tools : tool;
  switch (matches.kind) {
    case "tool":
      return words.every_use(name);
    case "prefix":
      return words.begins_with(name, oneLine(matches.words.join(" "), 200));
    case "exact":
      return words.one_call(name);
  }
}

function whose({ owner_id }: RuleView, isOwn: boolean): string {
  const words = t().rules;
  return owner_id === null ? words.everybodys : isOwn ? words.own : words.anothers;
}

function Where({ rule }: { rule: RuleView }) {
  const words = t().rules;
  if (rule.session_id) {
    const session = store.sessions.value.get(rule.session_id);
    return (
      <Link to={paths.session(rule.session_id)}>
        {session ? <Foreign text={session.title} /> : words.one_session}
      </Link>
    );
  }
  if (!rule.machine_id) {
    return <>{words.everywhere}</>;
  }
  const machine = store.machines.value.get(rule.machine_id);
  return (
    <>
      <Foreign text={machine?.machine_name ?? t().shell.gone_machine} />{" "}
      {rule.project_path && <Foreign text={rule.project_path} mono />}
    </>
  );
}
