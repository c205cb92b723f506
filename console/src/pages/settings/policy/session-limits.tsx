/** How many sessions there may be, how many prompts one takes, and when one is idle. */

import { useCallback, useState } from "preact/hooks";

import { changeSessionLimits, sessionLimits } from "../../../api/session-limits";
import type { SessionLimitsView } from "../../../api/types";
import { useAnswer, useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { ProblemNote } from "../../../app/problem";
import { isOperator, user } from "../../../app/state";
import { t } from "../../../i18n";
import { duration, number } from "../../../i18n/format";
import { Section, Skeleton } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { changeOf, isTyped, LIMITS, type LimitName, type Typed, typed } from "./limits";

/** Of one's own tenant, or of another for who runs the installation. */
export function SessionLimits({ of, onChanged }: { of?: string; onChanged?: () => void }) {
  const words = t().session_limits;
  const tenant = of ?? user.value?.tenant_id ?? "";
  const { value, error, reload } = useAnswer(useCallback(() => sessionLimits(tenant), [tenant]));
  const [isChanging, setChanging] = useState(false);
  return (
    <Section
      title={words.title}
      aside={
        value &&
        isOperator(user.value) && (
          <Button size="s" icon="edit" onClick={() => setChanging(true)}>
            {words.change}
          </Button>
        )
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value && (
        <ul class="card settings-rows">
          {LIMITS.map((name) => (
            <li key={name} data-limit={name}>
              <span class="settings-row-words">
                <span class="settings-row-title">{words.names[name]}</span>
                <span class="small faint">{words.hints[name]}</span>
              </span>
              <span>{shown(name, value[name])}</span>
            </li>
          ))}
        </ul>
      )}
      {isChanging && value && (
        <Change
          tenant={tenant}
          limits={value}
          onClose={() => {
            setChanging(false);
            reload();
            onChanged?.();
          }}
        />
      )}
    </Section>
  );
}

function shown(name: LimitName, limit: number | null | undefined): string {
  if (limit == null) {
    return t().session_limits.none;
  }
  return name === "idle_limit_s" ? duration(limit * 1000) : number(limit);
}

interface ChangeProps {
  tenant: string;
  limits: SessionLimitsView;
  onClose: () => void;
}

function Change({ tenant, limits, onClose }: ChangeProps) {
  const words = t().session_limits;
  const [texts, setTexts] = useState<Typed>(() => typed(limits));
  const change = changeOf(limits, texts);
  const saving = useAttempt(async () => {
    await changeSessionLimits(tenant, change ?? {});
    onClose();
  });
  return (
    <FormDialog
      id="session-limits"
      title={words.change_title}
      submit={words.save}
      attempt={saving}
      isComplete={change !== null && Object.keys(change).length > 0}
      onClose={onClose}
    >
      <p class="faint">{words.change_text}</p>
      {LIMITS.map((name, place) => (
        <TextField
          key={name}
          label={words.fields[name]}
          value={texts[name]}
          placeholder={words.none}
          error={isTyped(texts[name]) ? null : words.wrong}
          onChange={(text) => setTexts({ ...texts, [name]: text })}
          autoComplete="off"
          maxLength={9}
          first={place === 0}
        />
      ))}
    </FormDialog>
  );
}
