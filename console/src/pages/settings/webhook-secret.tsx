/** What signs the webhooks of one's jobs: made here, shown once. */

import { useState } from "preact/hooks";

import { createWebhookSecret, webhookSecret } from "../../api/jobs";
import type { CreatedWebhookSecret } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { Ago, Banner, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { CopyBlock } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { SelectField } from "../../ui/field";
import { Icon } from "../../ui/icon";

const HOUR_S = 3600;

/** For how long the secret before goes on signing, in seconds. */
const OVERLAPS = [0, HOUR_S, 24 * HOUR_S, 7 * 24 * HOUR_S] as const;

export function WebhookSecret() {
  const words = t().settings.webhook_secret;
  const { value, error, reload } = useAnswer(webhookSecret);
  const [isMaking, setMaking] = useState(false);
  const since = value?.created_at;
  return (
    <Section
      title={words.title}
      aside={
        <Button size="s" icon="plus" onClick={() => setMaking(true)}>
          {words.make}
        </Button>
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={1} />}
      {value && (
        <ul class="card settings-rows">
          <li>
            <Icon name="key" />
            <span class="settings-row-words">
              <span class="settings-row-title">{since ? words.there : words.none}</span>
              {since && (
                <span class="small faint">
                  {words.made} <Ago at={since} />
                  {value.previous_until &&
                    ` · ${words.previous_until(dateTime(value.previous_until))}`}
                </span>
              )}
            </span>
          </li>
        </ul>
      )}
      {isMaking && (
        <NewSecret
          isFirst={!since}
          onClose={() => {
            setMaking(false);
            reload();
          }}
        />
      )}
    </Section>
  );
}

function NewSecret({ isFirst, onClose }: { isFirst: boolean; onClose: () => void }) {
  const words = t().settings;
  const [overlap, setOverlap] = useState(String(24 * HOUR_S));
  const [made, setMade] = useState<CreatedWebhookSecret | null>(null);
  const sending = useAttempt(async () => {
    setMade(await createWebhookSecret(Number(overlap)));
  });
  if (made) {
    return (
      <Dialog
        title={words.webhook_secret.yours}
        onClose={onClose}
        footer={
          <Button look="primary" onClick={onClose}>
            {words.token_kept}
          </Button>
        }
      >
        <div class="confirm">
          <Banner tone="warning">{words.token_once}</Banner>
          <CopyBlock label={words.webhook_secret.title} text={made.secret} />
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      id="new-webhook-secret"
      title={words.webhook_secret.make}
      submit={words.webhook_secret.create}
      attempt={sending}
      isComplete
      onClose={onClose}
      width="s"
    >
      {isFirst ? (
        <p>{words.webhook_secret.text}</p>
      ) : (
        <SelectField
          label={words.webhook_secret.overlap}
          value={overlap}
          onChange={setOverlap}
          choices={OVERLAPS.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 ? words.webhook_secret.at_once : t().jobs.span(seconds),
          }))}
        />
      )}
    </FormDialog>
  );
}
