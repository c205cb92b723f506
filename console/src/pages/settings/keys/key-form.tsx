/** Storing a key, and changing what is known of it. */

import { useState } from "preact/hooks";

import { changeProviderKey, createProviderKey } from "../../../api/house";
import type { ProviderKeyView } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Field, SelectField, TextField } from "../../../ui/field";
import { readModels, writeModels } from "./models";

const VENDORS = ["anthropic", "openai", "google", "other"] as const;

interface FormProps {
  onClose: () => void;
  /** Something was stored. */
  onDone: () => void;
}

/** What a new key and a changed one have in common. */
function useFields(key: ProviderKeyView | null) {
  const [name, setName] = useState(key?.key_name ?? "");
  const [secret, setSecret] = useState("");
  const [address, setAddress] = useState(key?.base_url ?? "");
  const [models, setModels] = useState(key ? writeModels(key) : "");
  const [priority, setPriority] = useState(String(key?.priority ?? 0));
  const [weight, setWeight] = useState(String(key?.weight ?? 1));
  const numbers = /^-?\d{1,4}$/.test(priority.trim()) && /^\d{1,3}$/.test(weight.trim());
  return {
    name,
    setName,
    secret,
    setSecret,
    address,
    setAddress,
    models,
    setModels,
    priority,
    setPriority,
    weight,
    setWeight,
    isComplete: name.trim() !== "" && numbers,
    /** What it serves, and when it is chosen. */
    use: () => ({
      ...readModels(models),
      priority: Number(priority),
      weight: Number(weight),
    }),
  };
}

type Fields = ReturnType<typeof useFields>;

export function NewKey({ onClose, onDone }: FormProps) {
  const words = t().keys;
  const [vendor, setVendor] = useState<(typeof VENDORS)[number]>("anthropic");
  const [other, setOther] = useState("");
  const fields = useFields(null);
  const isOther = vendor === "other";
  const sending = useAttempt(async () => {
    const base_url = fields.address.trim();
    await createProviderKey({
      provider: isOther ? other.trim() : vendor,
      key_name: fields.name.trim(),
      api_key: fields.secret.trim(),
      ...fields.use(),
      ...(base_url === "" ? {} : { base_url }),
    });
    onDone();
  });
  const needed = isOther ? [fields.secret, other, fields.address] : [fields.secret];
  return (
    <FormDialog
      id="new-key"
      title={words.add}
      submit={words.store}
      attempt={sending}
      isComplete={fields.isComplete && needed.every((text) => text.trim() !== "")}
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
      <NameField fields={fields} />
      <SecretField fields={fields} hint={words.secret_hint} />
      <AddressField
        fields={fields}
        placeholder={isOther ? "https://llm.example.com/v1" : words.base_url_placeholder}
        hint={isOther ? words.base_url_needed : words.base_url_hint}
      />
      <details class="key-more">
        <summary>{words.more}</summary>
        <UseFields fields={fields} />
      </details>
    </FormDialog>
  );
}

interface EditProps extends FormProps {
  subject: ProviderKeyView;
}

export function EditKey({ subject, onClose, onDone }: EditProps) {
  const words = t().keys;
  const fields = useFields(subject);
  const moves = originOf(fields.address) !== originOf(subject.base_url);
  const sending = useAttempt(async () => {
    const base_url = fields.address.trim();
    await changeProviderKey(subject.id, {
      key_name: fields.name.trim(),
      ...fields.use(),
      ...(base_url === subject.base_url ? {} : { base_url }),
      ...(moves ? { api_key: fields.secret.trim() } : {}),
    });
    onDone();
  });
  return (
    <FormDialog
      id="edit-key"
      title={words.edit_title(oneLine(subject.key_name))}
      submit={words.save}
      attempt={sending}
      isComplete={fields.isComplete && !(moves && fields.secret.trim() === "")}
      onClose={onClose}
    >
      <NameField fields={fields} />
      <AddressField fields={fields} hint={words.base_url_hint} />
      {moves && <SecretField fields={fields} hint={words.secret_again} />}
      <UseFields fields={fields} />
    </FormDialog>
  );
}

/** A new secret in the place of the old one. */
export function ReplaceSecret({ subject, onClose, onDone }: EditProps) {
  const words = t().keys;
  const fields = useFields(subject);
  const sending = useAttempt(async () => {
    await changeProviderKey(subject.id, { api_key: fields.secret.trim() });
    onDone();
  });
  return (
    <FormDialog
      id="replace-secret"
      title={words.replace_title(oneLine(subject.key_name))}
      submit={words.replace}
      attempt={sending}
      isComplete={fields.secret.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <p>{words.replace_text}</p>
      <SecretField fields={fields} hint={words.secret_hint} />
    </FormDialog>
  );
}

/** Scheme, host and port: where a key goes. */
function originOf(address: string): string {
  try {
    return new URL(address.trim()).origin;
  } catch {
    return address.trim();
  }
}

function NameField({ fields }: { fields: Fields }) {
  const words = t().keys;
  return (
    <TextField
      label={words.name}
      value={fields.name}
      onChange={fields.setName}
      maxLength={100}
      placeholder={words.name_placeholder}
      first
    />
  );
}

function SecretField({ fields, hint }: { fields: Fields; hint: string }) {
  return (
    <TextField
      label={t().keys.secret}
      type="password"
      autoComplete="off"
      value={fields.secret}
      onChange={fields.setSecret}
      hint={hint}
      mono
    />
  );
}

interface AddressProps {
  fields: Fields;
  hint: string;
  placeholder?: string;
}

function AddressField({ fields, hint, placeholder = "" }: AddressProps) {
  return (
    <TextField
      label={t().keys.base_url}
      type="url"
      value={fields.address}
      onChange={fields.setAddress}
      placeholder={placeholder}
      hint={hint}
      mono
    />
  );
}

function UseFields({ fields }: { fields: Fields }) {
  const words = t().keys;
  return (
    <>
      <Field label={words.models} hint={words.models_hint}>
        {(ids) => (
          <textarea
            {...ids}
            class="input mono"
            rows={3}
            spellcheck={false}
            placeholder={words.models_placeholder}
            value={fields.models}
            onInput={(event) => fields.setModels(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="key-numbers">
        <TextField
          label={words.priority}
          hint={words.priority_hint}
          value={fields.priority}
          onChange={fields.setPriority}
          maxLength={5}
          mono
        />
        <TextField
          label={words.weight}
          hint={words.weight_hint}
          value={fields.weight}
          onChange={fields.setWeight}
          maxLength={3}
          mono
        />
      </div>
    </>
  );
}
