/** Things to fill in. Each has a label, and says beside itself what is wrong with it. */

import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";

import "./field.css";
import { Icon } from "./icon";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | null;
  /** What stands at the end of the label's line. */
  aside?: ComponentChildren;
  children: (ids: FieldIds) => ComponentChildren;
}

export interface FieldIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId();
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        {aside}
      </div>
      {children({ id, "aria-describedby": described, "aria-invalid": Boolean(error) })}
      {error ? (
        <p class="field-error" id={`${id}-error`} role="alert">
          <Icon name="alert" size={15} />
          {error}
        </p>
      ) : (
        hint && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | null;
  aside?: ComponentChildren;
  type?: "text" | "password" | "search" | "url";
  autoComplete?: string;
  placeholder?: string;
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  mono?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  /** Where typing begins when what holds it appears. */
  first?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  aside,
  onChange,
  mono = false,
  first = false,
  inputRef,
  type = "text",
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} {...{ hint, error, aside }}>
      {(ids) => (
        <input
          {...ids}
          {...rest}
          // The typings tell kinds of inputs apart; what is common to them is all that is used.
          type={type as "text"}
          ref={inputRef ?? null}
          class={`input ${mono ? "mono" : ""}`}
          data-first={first || undefined}
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  disabled?: boolean;
}

interface SelectFieldProps<Value extends string> {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
  hint?: ComponentChildren;
}

export function SelectField<Value extends string>({
  label,
  hint,
  ...select
}: SelectFieldProps<Value>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <Select {...ids} {...select} />}
    </Field>
  );
}

interface SelectProps<Value extends string> {
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
  small?: boolean;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
}

export function Select<Value extends string>({
  value,
  choices,
  onChange,
  small = false,
  ...rest
}: SelectProps<Value>) {
  const choose = (chosen: string) => {
    const choice = choices.find((one) => one.value === chosen);
    if (choice) {
      onChange(choice.value);
    }
  };
  return (
    <span class={`select ${small ? "select-s" : ""}`}>
      <select {...rest} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled ?? false}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon name="chevron_down" size={15} />
    </span>
  );
}

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
}

/** One of few, all in sight. */
export function Segmented<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend class="unseen">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="segment">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            disabled={choice.disabled ?? false}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface RadioCardsProps<Value extends string> {
  label: string;
  value: Value | null;
  onChange: (value: Value) => void;
  cards: readonly RadioCard<Value>[];
  columns?: boolean;
}

export interface RadioCard<Value extends string> {
  value: Value;
  title: ComponentChildren;
  text?: ComponentChildren;
  icon?: ComponentChildren;
  aside?: ComponentChildren;
  disabled?: boolean;
}

/** One of some that need a word of explanation. */
export function RadioCards<Value extends string>({
  label,
  value,
  onChange,
  cards,
  columns = false,
}: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <fieldset class="field radio-field">
      <legend>{label}</legend>
      <div class={`radio-cards ${columns ? "radio-columns" : ""}`}>
        {cards.map((card) => (
          <label key={card.value} class="radio-card" data-value={card.value}>
            <input
              type="radio"
              name={name}
              value={card.value}
              checked={card.value === value}
              disabled={card.disabled ?? false}
              onChange={() => onChange(card.value)}
            />
            {card.icon}
            <span class="radio-words">
              <span class="radio-title">{card.title}</span>
              {card.text && <span class="radio-text">{card.text}</span>}
            </span>
            {card.aside}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  label: ComponentChildren;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, disabled = false }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
      <span>{label}</span>
    </label>
  );
}
