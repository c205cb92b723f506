/** What is made for programs: one's own API tokens, and what signs webhooks. */

import { useState } from "preact/hooks";

import { apiTokens, deleteApiToken } from "../../api/auth";
import type { ApiTokenView } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { date, dateTime } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { now } from "../../time/clock";
import { Ago, Badge, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { NewToken } from "./new-token";
import { ReplaceToken } from "./replace-token";
import { WebhookSecret } from "./webhook-secret";

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
  const [replaced, setReplaced] = useState<ApiTokenView | null>(null);
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
            <TokenRow
              key={token.token_id}
              token={token}
              replace={() => setReplaced(token)}
              remove={() => setDoomed(token)}
            />
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
      {replaced && (
        <ReplaceToken
          token={replaced}
          onClose={() => {
            setReplaced(null);
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

interface TokenRowProps {
  token: ApiTokenView;
  replace: () => void;
  remove: () => void;
}

function TokenRow({ token, replace, remove }: TokenRowProps) {
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
          {token.scopes.map((scope) => words.scopes[scope]).join(", ")} · {words.expires}{" "}
          {expiry(token)} ·{" "}
          {token.last_used_at ? (
            <>
              {words.last_used} <Ago at={token.last_used_at} />
            </>
          ) : (
            words.never_used
          )}
        </span>
      </span>
      {!isOver && (
        <Button size="s" onClick={replace}>
          {words.replace_token}
        </Button>
      )}
      <Button size="s" look="danger" onClick={remove}>
        {words.delete_token}
      </Button>
    </li>
  );
}

/** The day is enough, unless it is about to end. */
function expiry({ expires_at }: ApiTokenView): string {
  const isSoon = Date.parse(expires_at) - now.value < 24 * 3_600_000;
  return isSoon ? dateTime(expires_at) : date(expires_at);
}
