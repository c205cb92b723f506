/** Where one says what should become of a line. */

import { useState } from "preact/hooks";

import { t } from "../../../i18n";
import { hasMod, isComposing, MOD } from "../../../keyboard/keys";
import { Button } from "../../../ui/button";

interface CommentFormProps {
  text?: string;
  submit: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

const LONGEST = 4000;

export function CommentForm({ text = "", submit, onSave, onCancel }: CommentFormProps) {
  const words = t().changes;
  const [said, setSaid] = useState(text);
  const isSaid = said.trim() !== "";
  const save = () => isSaid && onSave(said.trim());
  return (
    <form
      class="changes-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        class="input"
        rows={3}
        maxLength={LONGEST}
        aria-label={words.comment}
        placeholder={words.comment_hint}
        value={said}
        ref={(element) => {
          if (element && !element.dataset.seen) {
            element.dataset.seen = "yes";
            element.focus();
          }
        }}
        onInput={(event) => setSaid(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) {
            return;
          }
          if (event.key === "Escape") {
            event.stopPropagation();
            onCancel();
          } else if (event.key === "Enter" && hasMod(event)) {
            event.preventDefault();
            save();
          }
        }}
      />
      <div class="changes-form-foot">
        <Button size="s" look="ghost" onClick={onCancel}>
          {t().common.cancel}
        </Button>
        <Button size="s" look="primary" type="submit" disabled={!isSaid} keyHint={`${MOD} ↵`}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
