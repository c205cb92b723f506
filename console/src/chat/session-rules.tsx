/** What was answered once and for all, as far as it holds in one session. */

import { useCallback } from "preact/hooks";

import { revokeRule, rulesOf } from "../api/policy";
import type { RuleView } from "../api/types";
import { useFreshAnswer } from "../app/answer";
import { attempt } from "../app/problem";
import { isOperator, mayWork, store, user } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Badge } from "../ui/bits";
import { IconButton } from "../ui/button";

export function SessionRules({ sessionId }: { sessionId: string }) {
  const words = t().rules;
  const ask = useCallback(() => rulesOf(sessionId), [sessionId]);
  const { value, reload } = useFreshAnswer(ask, store.rulesSeen.value);
  if (!value || value.rules.length === 0) {
    return null;
  }
  return (
    <section class="session-rules">
      <h3>{words.in_session}</h3>
      <ul>
        {value.rules.map((rule) => (
          <li key={rule.rule_id} data-rule={rule.rule_id}>
            <Badge tone={rule.effect === "allow" ? "working" : "failed"}>
              {words.effects[rule.effect]}
            </Badge>
            <span class="session-rule-words">
              <bdi>{oneLine(rule.title, 200)}</bdi>
            </span>
            {mayRevoke(rule) && (
              <IconButton
                icon="close"
                size="s"
                label={words.revoke}
                onClick={() => void attempt(() => revokeRule(rule.rule_id)).then(reload)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function mayRevoke({ owner_id }: RuleView): boolean {
  const isOwn = owner_id === user.value?.user_id;
  return isOwn ? mayWork(user.value) : isOperator(user.value);
}
