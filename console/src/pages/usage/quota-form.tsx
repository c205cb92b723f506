/** Setting a quota, changing its limit, and granting more for now. */

import { useCallback, useState } from "preact/hooks";

import { putQuota, raiseQuota, usage } from "../../api/money";
import type { AtStop, QuotaMeasure, QuotaPeriod, QuotaSubject } from "../../api/types";
import { users } from "../../api/users";
import { useAnswer, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { machines, store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { type Choice, Field, SelectField, TextField } from "../../ui/field";
import { amountIn, limitOf, readAmount, resetTime, whose } from "./quota-words";
import type { Limited } from "./quotas";

const SUBJECTS = ["tenant", "user", "machine", "session", "model"] as const;
const MEASURES = ["cost", "tokens", "requests"] as const;
const PERIODS = ["day", "month", "total"] as const;
const AT_STOPS = ["ask", "refuse"] as const;

/** For how long a model is remembered that nobody calls. */
const LATELY_MS = 90 * 86_400_000;

/** What stands for an allowance for each of them. */
const EACH = "";

interface FormProps {
  onClose: () => void;
  /** Something was changed. */
  onDone: () => void;
}

interface ChangeProps extends FormProps {
  subject: Limited;
}

export function NewQuota({ onClose, onDone }: FormProps) {
  const words = t().quotas;
  const [subject, setSubject] = useState<QuotaSubject>("tenant");
  const [of, setOf] = useState(EACH);
  const [measure, setMeasure] = useState<QuotaMeasure>("cost");
  const [period, setPeriod] = useState<QuotaPeriod>("month");
  const [limit, setLimit] = useState("");
  const [at_stop, setAtStop] = useState<AtStop>("ask");
  const amount = readAmount(measure, limit);
  const saving = useAttempt(async () => {
    const one = of.trim() === EACH ? {} : { of: of.trim() };
    await putQuota({ subject, ...one, measure, period, limit: amount ?? 0, at_stop });
    onDone();
  });
  return (
    <FormDialog
      id="new-quota"
      title={words.add}
      submit={words.save}
      attempt={saving}
      isComplete={amount !== null}
      onClose={onClose}
    >
      <SelectField
        label={words.whose}
        value={subject}
        onChange={(chosen) => {
          setSubject(chosen);
          setOf(EACH);
        }}
        choices={SUBJECTS.map((value) => ({ value, label: words.subjects[value] }))}
      />
      {subject !== "tenant" && <Which subject={subject} value={of} onChange={setOf} />}
      <div class="quota-fields">
        <SelectField
          label={words.measure}
          value={measure}
          onChange={setMeasure}
          choices={MEASURES.map((value) => ({ value, label: words.measures[value] }))}
        />
        <SelectField
          label={words.period}
          value={period}
          onChange={setPeriod}
          hint={period === "total" ? undefined : words.period_hint}
          choices={PERIODS.map((value) => ({ value, label: words.period_names[value] }))}
        />
      </div>
      <AmountField
        label={words.limit}
        hint={words.limit_hint}
        measure={measure}
        value={limit}
        onChange={setLimit}
      />
      <AtStopField value={at_stop} onChange={setAtStop} />
    </FormDialog>
  );
}

interface AtStopFieldProps {
  value: AtStop;
  onChange: (value: AtStop) => void;
}

/** What becomes of a call that does not fit. */
function AtStopField({ value, onChange }: AtStopFieldProps) {
  const words = t().quotas;
  return (
    <SelectField
      label={words.at_limit}
      value={value}
      onChange={onChange}
      choices={AT_STOPS.map((one) => ({ value: one, label: words.at_stop[one] }))}
    />
  );
}

/** Another limit for the same. */
export function ChangeLimit({ subject: { quota }, onClose, onDone }: ChangeProps) {
  const words = t().quotas;
  const [limit, setLimit] = useState(String(quota.limit));
  const [at_stop, setAtStop] = useState(quota.at_stop);
  const amount = readAmount(quota.measure, limit);
  const saving = useAttempt(async () => {
    const { subject, measure, period } = quota;
    const one = quota.of == null || subject === "tenant" ? {} : { of: quota.of };
    await putQuota({ subject, ...one, measure, period, limit: amount ?? 0, at_stop });
    onDone();
  });
  return (
    <FormDialog
      id="change-limit"
      title={words.edit}
      submit={words.save}
      attempt={saving}
      isComplete={amount !== null}
      onClose={onClose}
      width="s"
    >
      <p>
        <strong>{whose(quota)}</strong>, {words.periods[quota.period]}
      </p>
      <AmountField
        label={words.limit}
        hint={words.limit_hint}
        measure={quota.measure}
        value={limit}
        onChange={setLimit}
        first
      />
      <AtStopField value={at_stop} onChange={setAtStop} />
    </FormDialog>
  );
}

/** More than the quota allows, until it is whole again. */
export function RaiseForNow({ subject: { quota, status }, onClose, onDone }: ChangeProps) {
  const words = t().quotas;
  const [more, setMore] = useState("");
  const amount = readAmount(quota.measure, more);
  const saving = useAttempt(async () => {
    const one = quota.of == null && quota.subject !== "tenant" ? { of: status?.of ?? "" } : {};
    await raiseQuota(quota.quota_id, { ...one, amount: amount ?? 0 });
    onDone();
  });
  const until = status && resetTime(status);
  const isForEach = quota.of == null && quota.subject !== "tenant";
  return (
    <FormDialog
      id="raise-quota"
      title={words.raise}
      submit={words.raise}
      attempt={saving}
      isComplete={amount !== null && amount > 0}
      onClose={onClose}
      width="s"
    >
      <p>
        <strong>{isForEach ? oneLine(status?.name ?? "") : whose(quota)}</strong>, {limitOf(quota)}
        {status && (
          <>
            :{" "}
            {words.of_limit(
              amountIn(quota.measure, status.used),
              amountIn(quota.measure, status.limit),
            )}
          </>
        )}
      </p>
      <AmountField
        label={words.raise_by}
        hint={until === null ? words.raise_total : words.raise_text(until)}
        measure={quota.measure}
        value={more}
        onChange={setMore}
        first
      />
    </FormDialog>
  );
}

interface AmountFieldProps {
  label: string;
  hint: string;
  measure: QuotaMeasure;
  value: string;
  onChange: (value: string) => void;
  first?: boolean;
}

function AmountField({ label, hint, measure, value, onChange, first = false }: AmountFieldProps) {
  const words = t().quotas;
  const isWrong = value.trim() !== "" && readAmount(measure, value) === null;
  const problem = measure === "cost" ? words.not_a_number : words.whole_number;
  return (
    <TextField
      label={`${label} (${words.measures[measure]})`}
      hint={hint}
      error={isWrong ? problem : null}
      value={value}
      onChange={onChange}
      maxLength={24}
      mono
      first={first}
    />
  );
}

interface WhichProps {
  subject: Exclude<QuotaSubject, "tenant">;
  value: string;
  onChange: (value: string) => void;
}

/** Each of them, or one. */
function Which({ subject, value, onChange }: WhichProps) {
  const words = t().quotas;
  const known = useKnown(subject);
  if (subject === "model") {
    return (
      <Field label={words.which_model} hint={value.trim() === EACH ? words.each.model : undefined}>
        {(ids) => (
          <>
            <input
              {...ids}
              class="input mono"
              list="quota-models"
              maxLength={256}
              autocapitalize="off"
              spellcheck={false}
              value={value}
              onInput={(event) => onChange(event.currentTarget.value)}
            />
            <datalist id="quota-models">
              {known.map((model) => (
                <option key={model.value} value={model.value} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    );
  }
  return (
    <SelectField
      label={words.which}
      value={value}
      onChange={onChange}
      choices={[{ value: EACH, label: words.each[subject] }, ...known]}
    />
  );
}

/** Those that are known by name; models by what was used lately. */
function useKnown(subject: Exclude<QuotaSubject, "tenant">): readonly Choice<string>[] {
  const ask = useCallback(() => askFor(subject), [subject]);
  const asked = useAnswer(ask).value ?? [];
  switch (subject) {
    case "machine":
      return machines.value.map((machine) => choice(machine.machine_id, machine.machine_name));
    case "session":
      return [...store.sessions.value.values()]
        .sort((one, other) => other.last_active_at.localeCompare(one.last_active_at))
        .map((session) => choice(session.session_id, session.title));
    default:
      return asked;
  }
}

async function askFor(subject: QuotaSubject): Promise<readonly Choice<string>[]> {
  switch (subject) {
    case "user":
      return (await users()).users.map((one) => choice(one.user_id, one.display_name));
    case "model": {
      const since = new Date(Date.now() - LATELY_MS).toISOString();
      const { groups } = await usage({ by: "model", since });
      return groups.filter(({ key }) => key !== "").map(({ key }) => choice(key, key));
    }
    default:
      return [];
  }
}

function choice(value: string, name: string): Choice<string> {
  return { value, label: oneLine(name, 60) || t().usage.no_name };
}
