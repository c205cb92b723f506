/** Single calls of agents to models, the last one first. */

import type { UsageView } from "../../api/types";
import { Link, paths } from "../../app/router";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { compact, dollars, duration } from "../../i18n/format";
import { Ago, Badge, Foreign } from "../../ui/bits";

export function CallList({ calls }: { calls: readonly UsageView[] }) {
  const words = t().usage;
  return (
    <div class="card usage-table usage-calls">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.session}</th>
            <th scope="col" class="usage-words">
              {words.model}
            </th>
            <th scope="col">{words.cost}</th>
            <th scope="col">{words.tokens}</th>
            <th scope="col">{words.first_byte}</th>
            <th scope="col">{words.took}</th>
            <th scope="col">{words.when}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.usage_id}>
              <td>
                <SessionName id={call.session_id} />
              </td>
              <td class="usage-words">
                <Foreign text={call.model_answered ?? call.model ?? "–"} mono />
                {call.status !== "complete" && (
                  <>
                    {" "}
                    <Badge tone={call.status === "refused" ? "failed" : "needs"}>
                      {words.status[call.status]}
                    </Badge>
                  </>
                )}
              </td>
              <td>
                <CallCost call={call} />
              </td>
              <td>{compact(sum(call))}</td>
              <td>{call.first_byte_ms == null ? "–" : duration(call.first_byte_ms)}</td>
              <td>{duration(call.duration_ms)}</td>
              <td>
                <Ago at={call.started_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CallCost({ call }: { call: UsageView }) {
  if (call.cost_usd == null) {
    return "–";
  }
  if (call.price_source !== "assumed") {
    return dollars(call.cost_usd);
  }
  return (
    <span title={t().usage.price_assumed}>
      <span aria-hidden="true">~</span>
      {dollars(call.cost_usd)}
      <span class="unseen"> ({t().usage.price_assumed})</span>
    </span>
  );
}

/** All tokens that were processed; reasoning is a part of the output. */
function sum({ tokens }: UsageView): number {
  return tokens.input + tokens.cache_read + tokens.cache_write + tokens.output;
}

function SessionName({ id }: { id: string }) {
  const session = store.sessions.value.get(id);
  return session ? (
    <Link to={paths.session(id)}>
      <Foreign text={session.title.slice(0, 40)} />
    </Link>
  ) : (
    <span class="faint">{t().usage.gone}</span>
  );
}
