/** What is made for programs: one's own API tokens, and what signs webhooks. */

import { useState } from "preact/hooks";

import { apiTokens, createApiToken, deleteApiToken } from "../../api/auth";
import type { ApiTokenView, CreatedApiToken } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { date } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { now } from "../../time/clock";
import { Ago, Badge, Banner, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { CopyBlock } from "../../ui/copy";
import { Confirm, Dialog } from "../../ui/dialog";
import { SelectField, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { WebhookSecret } from "./webhook-secret";

const LIFETIMES = ["7", "30", "90", "365"] as const;

export function TokenSettings() {
  return (
    <>
      <Tokens />
      <WebhookSecret />
    </>
  );
}

function Tokens() {
  const words = t().settings;
  const { value, error, reload } = useAnswer(apiTokens);
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<ApiTokenView | null>(null);
  return (
    <Section
      title={words.sections.tokens}
      aside={
        <Button size="s" icon="plus" onClick={() => setMaking(true)}>
          {words.new_token}
        </Button>
      }
    >
      <p class="faint">{words.tokens_text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value?.tokens.length === 0 && (
        <div class="card">
          <Empty icon="key" title={words.no_tokens} />
        </div>
      )}
      {value && value.tokens.length > 0 && (
        <ul class="card settings-rows">
          {value.tokens.map((token) => (
            <TokenRow key={token.token_id} token={token} remove={() => setDoomed(token)} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewToken
          onClose={() => {
            setMaking(false);
            reload();
          }}
        />
      )}
      {doomed && (
        <Confirm
          title={words.delete_token_title(oneLine(doomed.name))}
          confirm={words.delete_token}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => deleteApiToken(doomed.token_id)).then(reload);
          }}
        >
          <p>{words.delete_token_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

function TokenRow({ token, remove }: { token: ApiTokenView; remove: () => void }) {
  const words = t().settings;
  const isOver = Date.parse(token.expires_at) < now.value;
  return (
    <li>
      <Icon name="key" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={token.name} />
          {isOver && <Badge tone="failed">{words.expired}</Badge>}
        </span>
        <span class="small faint">
          {words.expires} {date(token.expires_at)} ·{" "}
          {token.last_used_at ? (
            <>
              {words.last_used} <Ago at={token.last_used_at} />
            </>
          ) : (
            words.never_used
          )}
        </span>
      </span>
      <Button size="s" look="danger" onClick={remove}>
        {words.delete_token}
      </Button>
    </li>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const words = t().settings;
  const [name, setName] = useState("");
  const [days, setDays] = useState<(typeof LIFETIMES)[number]>("90");
  const [made, setMade] = useState<CreatedApiToken | null>(null);
  const sending = useAttempt(async () => {
    setMade(await createApiToken({ name: name.trim(), expires_in_days: Number(days) }));
  });
  if (made) {
    return (
      <Dialog
        title={words.token_made}
        onClose={onClose}
        footer={
          <Button look="primary" onClick={onClose}>
            {words.token_kept}
          </Button>
        }
      >
        <div class="confirm">
          <Banner tone="warning">{words.token_once}</Banner>
          <CopyBlock label={oneLine(made.name)} text={made.token} />
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      id="new-token"
      title={words.new_token}
      submit={words.create_token}
      attempt={sending}
      isComplete={name.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.token_name}
        value={name}
        onChange={setName}
        maxLength={100}
        placeholder={words.token_name_placeholder}
        required
        first
      />
      <SelectField
        label={words.lifetime}
        value={days}
        onChange={setDays}
        choices={LIFETIMES.map((value) => ({ value, label: words.days(Number(value)) }))}
      />
    </FormDialog>
  );
}
