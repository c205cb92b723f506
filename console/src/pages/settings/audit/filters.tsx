/** Which lines of the log are wanted. */

import type { AuditLog, AuditQuery } from "../../../api/audit";
import type { AccountView } from "../../../api/types";
import { user } from "../../../app/state";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Segmented, Select } from "../../../ui/field";

const DAY_MS = 86_400_000;

const LOGS: readonly AuditLog[] = ["tenant", "server"];

const TIMES = ["all", "1", "7", "30"] as const;
type Time = (typeof TIMES)[number];

const RESULTS = ["all", "ok", "refused"] as const;

interface AuditFiltersProps {
  query: AuditQuery;
  onChange: (query: AuditQuery) => void;
  accounts: readonly AccountView[];
}

export function AuditFilters({ query, onChange, accounts }: AuditFiltersProps) {
  const words = t().audit;
  const kinds = Object.entries(words.kinds).map(([value, label]) => ({ value, label }));
  const people = accounts.map((one) => ({
    value: `user:${one.user_id}`,
    label: oneLine(one.display_name),
  }));
  const narrow = (name: "actor" | "action" | "result" | "since", value: string | null) => {
    const { [name]: _, ...rest } = query;
    onChange(value === null ? rest : ({ ...rest, [name]: value } as AuditQuery));
  };
  const chosen = (value: string) => (value === "all" ? null : value);
  return (
    <fieldset class="audit-filters">
      <legend class="unseen">{words.filters}</legend>
      {user.value?.role === "system_admin" && (
        <Segmented
          label={words.log}
          value={query.log}
          onChange={(log) => onChange({ log })}
          choices={LOGS.map((value) => ({ value, label: words.logs[value] }))}
        />
      )}
      <Select
        aria-label={words.person}
        value={query.actor ?? "all"}
        onChange={(value) => narrow("actor", chosen(value))}
        choices={[{ value: "all", label: words.everybody }, ...people]}
      />
      <Select
        aria-label={words.kind}
        value={query.action ?? "all"}
        onChange={(value) => narrow("action", chosen(value))}
        choices={kinds}
      />
      <Select
        aria-label={words.time}
        value={timeOf(query)}
        onChange={(value) => narrow("since", sinceOf(value))}
        choices={TIMES.map((value) => ({ value, label: words.times[value] }))}
      />
      <Select
        aria-label={words.result}
        value={query.result ?? "all"}
        onChange={(value) => narrow("result", chosen(value))}
        choices={RESULTS.map((value) => ({ value, label: words.results[value] }))}
      />
    </fieldset>
  );
}

function sinceOf(time: Time): string | null {
  return time === "all" ? null : new Date(Date.now() - Number(time) * DAY_MS).toISOString();
}

/** Which choice it was: the page may be open for a while since. */
function timeOf({ since }: AuditQuery): Time {
  const days = since === undefined ? 0 : (Date.now() - Date.parse(since)) / DAY_MS;
  return days === 0 ? "all" : days < 2 ? "1" : days < 15 ? "7" : "30";
}
