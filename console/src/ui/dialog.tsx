/** What has to be dealt with before anything else: the browser's own modal dialog. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import "./dialog.css";
import { t } from "../i18n";
import { Button, IconButton } from "./button";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons; they stay in sight. */
  footer?: ComponentChildren;
  width?: "s" | "m" | "l" | "xl";
  /** Hides the title from the eyes, for dialogs that explain themselves. */
  bare?: boolean;
  class?: string;
}

export function Dialog({
  title,
  onClose,
  children,
  footer,
  width = "m",
  bare = false,
  class: extra = "",
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // At once, also when it goes: what takes its place wants the focus after it was given back.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    const first = element?.querySelector<HTMLElement>("[data-first]");
    (first ?? element?.querySelector<HTMLElement>(".dialog-box"))?.focus({ preventScroll: true });
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, by the `cancel` event
    <dialog
      ref={dialog}
      class={`dialog dialog-${width} ${extra}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // A text field inside may use Escape for itself (S108: an IME does).
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) {
          onClose();
        }
      }}
    >
      <div class="dialog-box" tabIndex={-1}>
        <header class={bare ? "unseen" : "dialog-head"}>
          <h2 id={titleId}>{title}</h2>
          {!bare && <IconButton icon="close" label={t().common.close} size="s" onClick={onClose} />}
        </header>
        <div class={bare ? "dialog-bare" : "dialog-body"}>{children}</div>
        {footer && <footer class="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
}

/** Asks before something that hurts. */
export function Confirm({
  title,
  children,
  confirm,
  onConfirm,
  onClose,
  danger = false,
  busy = false,
  disabled = false,
}: ConfirmProps) {
  const footer = (
    <>
      <Button look="ghost" onClick={onClose}>
        {t().common.cancel}
      </Button>
      <Button
        look={danger ? "danger" : "primary"}
        busy={busy}
        disabled={disabled}
        onClick={onConfirm}
      >
        {confirm}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} width="s" footer={footer}>
      <div class="confirm">{children}</div>
    </Dialog>
  );
}
