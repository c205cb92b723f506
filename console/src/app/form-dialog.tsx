/** A dialog that is one form: filled in and sent, or left. */

import type { ComponentChildren } from "preact";

import { t } from "../i18n";
import { hasMod, isComposing, MOD } from "../keyboard/keys";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { Attempt } from "./answer";
import { ProblemNote } from "./problem";

interface FormDialogProps {
  /** The form's identifier: what its button outside belongs to. */
  id: string;
  title: string;
  /** What the button says. */
  submit: string;
  /** What sending does, and what has come of it. */
  attempt: Attempt;
  isComplete?: boolean;
  onClose: () => void;
  width?: "s" | "m" | "l" | "xl";
  /** How its fields are laid out: below each other, unless this says otherwise. */
  class?: string;
  /** Sent from a text field of several lines, too: with Enter and the key for commands. */
  withKey?: boolean;
  /** Whether sending it hurts. */
  danger?: boolean;
  children: ComponentChildren;
}

export function FormDialog({
  id,
  title,
  submit,
  attempt: { isBusy, error, run },
  isComplete = true,
  onClose,
  width = "m",
  class: layout = "confirm",
  withKey = false,
  danger = false,
  children,
}: FormDialogProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      width={width}
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {t().common.cancel}
          </Button>
          <Button
            look={danger ? "danger" : "primary"}
            type="submit"
            form={id}
            busy={isBusy}
            disabled={!isComplete}
            {...(withKey ? { keyHint: `${MOD} ↵` } : {})}
          >
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        class={layout}
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
        onKeyDown={(event) => {
          const sends = event.key === "Enter" && hasMod(event) && !isComposing(event);
          if (withKey && sends && isComplete && !isBusy) {
            event.preventDefault();
            run();
          }
        }}
      >
        {error !== null && (
          <div class="form-problem">
            <ProblemNote error={error} />
          </div>
        )}
        {children}
      </form>
    </Dialog>
  );
}
