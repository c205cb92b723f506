/** Keys of LLM providers: sealed on the server, never shown again. */

import { useState } from "preact/hooks";

import { createProviderKey, deleteProviderKey, providerKeys } from "../../api/house";
import type { ProviderKeyView } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { date } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Badge, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { SelectField, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";

const VENDORS = ["anthropic", "openai", "google", "other"] as const;

export function KeySettings() {
  const words = t().settings;
  const { value, error, reload } = useAnswer(providerKeys);
  const [isAdding, setAdding] = useState(false);
  const [doomed, setDoomed] = useState<ProviderKeyView | null>(null);
  return (
    <Section
      title={words.sections.keys}
      aside={
        <Button size="s" icon="plus" onClick={() => setAdding(true)}>
          {words.add_key}
        </Button>
      }
    >
      <p class="faint">{words.keys_text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value?.keys.length === 0 && (
        <div class="card">
          <Empty icon="key" title={words.no_keys}>
            {words.no_keys_text}
          </Empty>
        </div>
      )}
      {value && value.keys.length > 0 && (
        <ul class="card settings-rows">
          {value.keys.map((key) => (
            <li key={key.id}>
              <Icon name="shield" />
              <span class="settings-row-words">
                <span class="settings-row-title">
                  <Foreign text={key.provider} />
                  <Badge>
                    <Foreign text={key.key_name} />
                  </Badge>
                </span>
                <span class="small faint">
                  <Foreign text={key.base_url} mono />
                </span>
                <span class="small faint">
                  {key.hint && (
                    <>
                      <span class="mono">…{oneLine(key.hint)}</span> ·{" "}
                    </>
                  )}
                  {words.stored} {date(key.created_at)}
                </span>
              </span>
              <Button size="s" look="danger" onClick={() => setDoomed(key)}>
                {words.delete_key}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isAdding && (
        <NewKey
          onClose={() => setAdding(false)}
          onStored={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
      {doomed && (
        <Confirm
          title={words.delete_key_title(oneLine(doomed.key_name))}
          confirm={words.delete_key}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => deleteProviderKey(doomed.id)).then(reload);
          }}
        >
          <p>{words.delete_key_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

function NewKey({ onClose, onStored }: { onClose: () => void; onStored: () => void }) {
  const words = t().settings;
  const [vendor, setVendor] = useState<(typeof VENDORS)[number]>("anthropic");
  const [other, setOther] = useState("");
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const [address, setAddress] = useState("");
  const isOther = vendor === "other";
  const sending = useAttempt(async () => {
    const base_url = address.trim();
    await createProviderKey({
      provider: isOther ? other.trim() : vendor,
      key_name: name.trim(),
      api_key: secret.trim(),
      ...(base_url === "" ? {} : { base_url }),
    });
    onStored();
  });
  const needed = isOther ? [name, secret, other, address] : [name, secret];
  return (
    <FormDialog
      id="new-key"
      title={words.add_key}
      submit={words.store_key}
      attempt={sending}
      isComplete={needed.every((text) => text.trim() !== "")}
      onClose={onClose}
    >
      <SelectField
        label={words.vendor}
        value={vendor}
        onChange={setVendor}
        choices={VENDORS.map((value) => ({ value, label: words.vendors[value] }))}
      />
      {isOther && (
        <TextField
          label={words.vendor_name}
          hint={words.vendor_name_hint}
          value={other}
          onChange={setOther}
          maxLength={40}
          mono
        />
      )}
      <TextField
        label={words.key_name}
        value={name}
        onChange={setName}
        maxLength={100}
        placeholder={words.key_name_placeholder}
        first
      />
      <TextField
        label={words.secret}
        type="password"
        autoComplete="off"
        value={secret}
        onChange={setSecret}
        hint={words.secret_hint}
        mono
      />
      <TextField
        label={words.base_url}
        type="url"
        value={address}
        onChange={setAddress}
        placeholder={isOther ? "https://llm.example.com/v1" : words.base_url_placeholder}
        hint={isOther ? words.base_url_needed : words.base_url_hint}
        mono
      />
    </FormDialog>
  );
}
