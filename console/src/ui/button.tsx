/** Things to press. */

import type { ComponentChildren, Ref } from "preact";

import "./button.css";
import { Icon, type IconName } from "./icon";

export type Look = "primary" | "secondary" | "ghost" | "danger";

interface Pressable {
  onClick?: (event: MouseEvent) => void;
  disabled?: boolean;
  size?: "s" | "m";
  buttonRef?: Ref<HTMLButtonElement>;
  "aria-expanded"?: boolean;
  "aria-haspopup"?: "menu" | "dialog" | "listbox";
  "aria-pressed"?: boolean;
  "aria-controls"?: string;
  "aria-describedby"?: string;
  "aria-current"?: "page";
  "data-action"?: string;
}

interface ButtonProps extends Pressable {
  children: ComponentChildren;
  look?: Look;
  icon?: IconName;
  type?: "button" | "submit";
  /** Something is on its way; it cannot be pressed again. */
  busy?: boolean;
  /** The key that does the same. */
  keyHint?: string;
  class?: string;
  form?: string;
}

export function Button({
  children,
  look = "secondary",
  size = "m",
  icon,
  type = "button",
  busy = false,
  disabled = false,
  keyHint,
  class: extra = "",
  buttonRef,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      ref={buttonRef ?? null}
      type={type}
      class={`button button-${look} button-${size} ${extra}`}
      disabled={disabled || busy}
      aria-busy={busy}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} size={size === "s" ? 15 : 17} />}
      <span class="button-words">{children}</span>
      {keyHint && <kbd class="key button-key">{keyHint}</kbd>}
    </button>
  );
}

interface IconButtonProps extends Pressable {
  icon: IconName;
  /** What it does, for those who do not see it and for the tip. */
  label: string;
  look?: "ghost" | "secondary" | "danger" | "primary";
  /** The key that does the same, for the tip. */
  keyHint?: string;
  class?: string;
}

export function IconButton({
  icon,
  label,
  look = "ghost",
  size = "m",
  keyHint,
  class: extra = "",
  buttonRef,
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      ref={buttonRef ?? null}
      type="button"
      class={`button icon-button button-${look} button-${size} ${extra}`}
      aria-label={label}
      data-tip={label}
      data-tip-key={keyHint}
    >
      <Icon name={icon} size={size === "s" ? 16 : 18} />
    </button>
  );
}

export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}
