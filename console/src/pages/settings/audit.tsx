/** What was written down of who did what, for those who administer the tenant. */

import "./audit.css";
import { useCallback, useState } from "preact/hooks";

import { type AuditFormat, type AuditQuery, audit, exportAudit } from "../../api/audit";
import type { AccountView, Audit, AuditView } from "../../api/types";
import { users } from "../../api/users";
import { useAnswer, useAttempt } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { Menu } from "../../ui/menu";
import { saveAs } from "../../ui/save-as";
import { AuditCheck } from "./audit/check";
import { AuditFilters } from "./audit/filters";
import { nameOf, namesIn } from "./audit/names";

const FORMATS: readonly AuditFormat[] = ["jsonl", "csv"];

export function AuditSettings() {
  const words = t().audit;
  const [query, setQuery] = useState<AuditQuery>({ log: "tenant" });
  const { value: people } = useAnswer(users);
  const accounts = people?.users ?? [];
  const names = namesIn(accounts);
  return (
    <Section title={t().settings.sections.audit} aside={<Export log={query.log} />}>
      <p class="faint">{words.text}</p>
      <AuditCheck key={query.log} log={query.log} />
      <AuditFilters query={query} onChange={setQuery} accounts={accounts} />
      {query.object !== undefined && (
        <Narrowed
          object={nameOf(query.object, names)}
          onWiden={() => {
            const { object: _, ...rest } = query;
            setQuery(rest);
          }}
        />
      )}
      <Lines
        key={JSON.stringify(query)}
        query={query}
        accounts={accounts}
        onNarrow={(object) => setQuery({ ...query, object })}
      />
    </Section>
  );
}

function Export({ log }: { log: AuditQuery["log"] }) {
  const words = t().audit;
  return (
    <Menu
      icon="download"
      label={words.export}
      items={FORMATS.map((format) => ({
        label: words.export_as[format],
        onSelect: () =>
          void attempt(async () => {
            const { name, content } = await exportAudit(log, format);
            saveAs(name ?? `audit.${format}`, content);
          }),
      }))}
    />
  );
}

function Narrowed({ object, onWiden }: { object: string; onWiden: () => void }) {
  return (
    <Chip label={t().audit.widen(oneLine(object))} onWiden={onWiden}>
      <Foreign text={object} />
    </Chip>
  );
}

interface LinesProps {
  query: AuditQuery;
  /** What people are called, by their identifier. */
  accounts: readonly AccountView[];
  onNarrow: (object: string) => void;
}

function Lines({ query, accounts, onNarrow }: LinesProps) {
  const words = t().audit;
  const { value, error } = useAnswer(useCallback(() => audit(query), [query]));
  const [older, setOlder] = useState<Audit>({ records: [] });
  const cursor = older.records.length > 0 ? older.next_cursor : value?.next_cursor;
  const more = useAttempt(async () => {
    const page = await audit(query, cursor ?? null);
    setOlder({
      ...page,
      records: [...older.records, ...page.records],
      names: { ...older.names, ...page.names },
    });
  });
  if (!value) {
    return error ? <ProblemNote error={error} /> : <Skeleton lines={8} />;
  }
  const records = [...value.records, ...older.records];
  if (records.length === 0) {
    return (
      <div class="card">
        <Empty icon="list" title={words.none}>
          {words.none_text}
        </Empty>
      </div>
    );
  }
  return (
    <>
      <Table records={records} names={namesIn(accounts, value, older)} onNarrow={onNarrow} />
      <ProblemNote error={more.error} />
      {cursor && (
        <Button disabled={more.isBusy} onClick={more.run}>
          {words.older}
        </Button>
      )}
    </>
  );
}

interface TableProps extends Pick<LinesProps, "onNarrow"> {
  records: readonly AuditView[];
  names: ReadonlyMap<string, string>;
}

function Table({ records, names, onNarrow }: TableProps) {
  const words = t().audit;
  return (
    <div class="card audit-table">
      <table aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.person}</th>
            <th scope="col">{words.kind}</th>
            <th scope="col">{words.object}</th>
            <th scope="col">{words.result}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.id} data-line={record.position}>
              <td class="audit-when">
                <Ago at={record.at} />
              </td>
              <td>
                <Foreign text={nameOf(record.actor, names)} />
              </td>
              <td>
                <Foreign text={record.action} mono />
              </td>
              <td>
                <button
                  type="button"
                  class="audit-object"
                  aria-label={words.narrow(oneLine(nameOf(record.object, names)))}
                  onClick={() => onNarrow(record.object)}
                >
                  <Foreign text={nameOf(record.object, names)} />
                </button>
              </td>
              <td>
                <Badge tone={record.result === "ok" ? "idle" : "failed"}>
                  {record.result === "ok" ? words.results.ok : oneLine(record.result)}
                </Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
