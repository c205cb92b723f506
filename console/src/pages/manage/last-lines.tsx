/** What was written down last of who did what. */

import { useCallback } from "preact/hooks";

import { lastLines } from "../../api/audit";
import type { AccountView, AuditView } from "../../api/types";
import { useFreshAnswer } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Foreign, Section, Skeleton } from "../../ui/bits";
import { nameOf } from "../settings/audit/names";
import { useTold } from "./told";

const MOST = 8;

export function LastLines({ people }: { people: readonly AccountView[] | null }) {
  const words = t().manage;
  const ask = useCallback(() => lastLines(MOST), []);
  const { value, error } = useFreshAnswer(ask, useTold());
  const names = new Map(people?.map((one) => [one.user_id, one.display_name]) ?? []);
  return (
    <Section title={words.log} aside={<Link to={paths.settings("audit")}>{words.whole_log}</Link>}>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={6} />}
      {value?.records.length === 0 && <p class="faint">{words.no_log}</p>}
      {value && value.records.length > 0 && (
        <ul class="card manage-rows">
          {value.records.map((record) => (
            <Line key={record.id} record={record} names={names} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Line({ record, names }: { record: AuditView; names: ReadonlyMap<string, string> }) {
  return (
    <li class="manage-line" data-line={record.position}>
      <span class="manage-line-who cut">
        <Foreign text={nameOf(record.actor, names)} />
      </span>
      <span class="manage-line-what">
        <Foreign text={record.action} mono />
        {record.object !== record.actor && (
          <span class="small faint cut">
            <Foreign text={nameOf(record.object, names)} />
          </span>
        )}
        {record.result !== "ok" && <Badge tone="failed">{oneLine(record.result, 40)}</Badge>}
      </span>
      <span class="small faint manage-line-when">
        <Ago at={record.at} />
      </span>
    </li>
  );
}
