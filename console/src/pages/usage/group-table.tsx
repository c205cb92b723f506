/** Usage by users, machines, sessions or models: who used how much of it. */

import { useState } from "preact/hooks";

import type { Usage, UsageGroup } from "../../api/types";
import { Link, paths } from "../../app/router";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { compact, number } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Section } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Cost } from "../../ui/cost";
import { Icon } from "../../ui/icon";
import { type Dimension, groupName } from "./dimensions";
import { amountOf, type Measure } from "./series";

const FEW = 5;
const MANY = 50;

interface GroupTableProps {
  dimension: Dimension;
  usage: Usage;
  measure: Measure;
  /** Only one of them is wanted. */
  onNarrow: (group: UsageGroup) => void;
}

export function GroupTable({ dimension, usage, measure, onNarrow }: GroupTableProps) {
  const words = t().usage;
  const [isLong, setLong] = useState(false);
  const groups = [...usage.groups].sort(
    (one, other) => amountOf(other, measure) - amountOf(one, measure),
  );
  const shown = groups.slice(0, isLong ? MANY : FEW);
  const most = Math.max(...groups.map((group) => amountOf(group, measure)), 0);
  if (groups.length === 0) {
    return null;
  }
  return (
    <Section title={words.by[dimension]}>
      <div class="card usage-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.of[dimension]}</th>
              <th scope="col">{words.cost}</th>
              <th scope="col">{words.tokens}</th>
              <th scope="col" class="usage-optional">
                {words.calls}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <tr key={`${group.key} ${group.name}`}>
                <th scope="row">
                  <Name dimension={dimension} group={group} onNarrow={() => onNarrow(group)} />
                  <Share share={most > 0 ? amountOf(group, measure) / most : 0} />
                </th>
                <td>
                  <Cost totals={group} />
                </td>
                <td>{compact(group.total_tokens)}</td>
                <td class="usage-optional">{number(group.calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {groups.length > shown.length && !isLong && (
          <p class="usage-more">
            <Button look="ghost" size="s" onClick={() => setLong(true)}>
              {words.more(Math.min(MANY, groups.length) - shown.length)}
            </Button>
          </p>
        )}
        {isLong && groups.length > MANY && <p class="usage-more small faint">{words.not_all}</p>}
      </div>
    </Section>
  );
}

interface NameProps {
  dimension: Dimension;
  group: UsageGroup;
  onNarrow: () => void;
}

function Name({ dimension, group, onNarrow }: NameProps) {
  const name = groupName(dimension, group);
  const isKnown = dimension === "session" && store.sessions.value.has(group.key);
  return (
    <span class="usage-name">
      <button
        type="button"
        class={`usage-narrow cut ${dimension === "model" ? "mono" : ""}`}
        title={t().usage.narrow(name)}
        onClick={onNarrow}
      >
        <bdi>{name}</bdi>
      </button>
      {dimension === "model" && <span class="small faint">{oneLine(group.name)}</span>}
      {isKnown && (
        <Link to={paths.session(group.key)} aria-label={t().jobs.open_session}>
          <Icon name="arrow_right" size={14} />
        </Link>
      )}
    </span>
  );
}

/** How much it is of the one that used most. Its figures stand beside it. */
function Share({ share }: { share: number }) {
  return (
    <span class="usage-share" aria-hidden="true">
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
