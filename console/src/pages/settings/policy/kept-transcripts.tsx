/** Whether transcripts are kept on the server, and for how long. */

import { useCallback, useState } from "preact/hooks";

import { keepTranscripts, keptDays } from "../../../api/kept-transcripts";
import { useAnswer, useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { ProblemNote } from "../../../app/problem";
import { isOperator, user } from "../../../app/state";
import { t } from "../../../i18n";
import { Section, Skeleton } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";

const MOST_DAYS = 3650;

export function KeptTranscripts() {
  const words = t().kept;
  const tenant = user.value?.tenant_id ?? "";
  const { value, error, reload } = useAnswer(useCallback(() => keptDays(tenant), [tenant]));
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
      {!value && !error && <Skeleton lines={1} />}
      {value && <p data-kept>{value.days === null ? words.none : words.days(value.days)}</p>}
      {isChanging && value && (
        <Change
          tenant={tenant}
          days={value.days}
          onClose={() => {
            setChanging(false);
            reload();
          }}
        />
      )}
    </Section>
  );
}

interface ChangeProps {
  tenant: string;
  days: number | null;
  onClose: () => void;
}

function Change({ tenant, days, onClose }: ChangeProps) {
  const words = t().kept;
  const [text, setText] = useState(days === null ? "" : String(days));
  const wanted = wantedDays(text);
  const saving = useAttempt(async () => {
    await keepTranscripts(tenant, { days: wanted ?? null });
    onClose();
  });
  return (
    <FormDialog
      id="kept-transcripts"
      title={words.change_title}
      submit={words.save}
      attempt={saving}
      isComplete={wanted !== undefined && wanted !== days}
      onClose={onClose}
    >
      <p class="faint">{words.change_text}</p>
      <TextField
        label={words.field}
        value={text}
        placeholder={words.placeholder}
        error={wanted === undefined ? words.wrong : null}
        onChange={setText}
        autoComplete="off"
        maxLength={4}
        first
      />
    </FormDialog>
  );
}

/** What was typed: days, null for not at all, undefined for what is neither. */
function wantedDays(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === "") {
    return null;
  }
  const days = /^[0-9]{1,4}$/.test(typed) ? Number(typed) : 0;
  return days >= 1 && days <= MOST_DAYS ? days : undefined;
}
