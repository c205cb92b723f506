/** Making an API token, and showing it this one time. */

import { useState } from "preact/hooks";

import { createApiToken } from "../../api/auth";
import type { AccountView, CreateApiToken, CreatedApiToken, TokenScope } from "../../api/types";
import { createTokenFor } from "../../api/users";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Banner } from "../../ui/bits";
import { Button } from "../../ui/button";
import { CopyBlock } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { SelectField, Switch, TextField } from "../../ui/field";

const LIFETIMES = ["7", "30", "90", "365"] as const;

/** What can be chosen; looking belongs to every token. */
const SCOPES: readonly TokenScope[] = ["sessions", "machines", "users", "keys", "budget", "policy"];

interface NewTokenProps {
  /** The service account that it is for; oneself if it is left out. */
  owner?: AccountView;
  onClose: () => void;
}

export function NewToken({ owner, onClose }: NewTokenProps) {
  const words = t().settings;
  const [name, setName] = useState("");
  const [days, setDays] = useState<(typeof LIFETIMES)[number]>("90");
  const [reach, setReach] = useState<"full" | "some">("full");
  const [chosen, setChosen] = useState<readonly TokenScope[]>([]);
  const [made, setMade] = useState<CreatedApiToken | null>(null);
  const sending = useAttempt(async () => {
    const body: CreateApiToken = {
      name: name.trim(),
      expires_in_days: Number(days),
      ...(reach === "full" ? {} : { scopes: ["read", ...chosen] }),
    };
    setMade(await (owner ? createTokenFor(owner.user_id, body) : createApiToken(body)));
  });
  if (made) {
    return <MadeToken made={made} onClose={onClose} />;
  }
  return (
    <FormDialog
      id="new-token"
      title={owner ? words.new_token_for(oneLine(owner.username)) : words.new_token}
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
      <SelectField
        label={words.scope}
        value={reach}
        onChange={setReach}
        hint={reach === "full" ? words.scope_full_hint : words.scope_some_hint}
        choices={[
          { value: "full", label: words.scopes.full },
          { value: "some", label: words.scope_some },
        ]}
      />
      {reach === "some" && (
        <fieldset class="token-scopes">
          <legend class="unseen">{words.scope}</legend>
          {SCOPES.map((scope) => (
            <Switch
              key={scope}
              label={words.scopes[scope]}
              checked={chosen.includes(scope)}
              onChange={(isOn) =>
                setChosen(isOn ? [...chosen, scope] : chosen.filter((one) => one !== scope))
              }
            />
          ))}
        </fieldset>
      )}
    </FormDialog>
  );
}

/** The text of a token, this one time. */
export function MadeToken({ made, onClose }: { made: CreatedApiToken; onClose: () => void }) {
  const words = t().settings;
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
