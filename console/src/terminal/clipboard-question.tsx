import { t } from "../i18n";
import { Visible } from "../permission/visible-text";
import { Confirm } from "../ui/dialog";

interface ClipboardQuestionProps {
  text: string;
  onCopy: () => void;
  onClose: () => void;
}

/** A program writes into the clipboard only with consent, each time (S101). */
export function ClipboardQuestion({ text, onCopy, onClose }: ClipboardQuestionProps) {
  const words = t().terminal;
  return (
    <Confirm
      title={words.clipboard_title}
      confirm={t().common.copy}
      onConfirm={onCopy}
      onClose={onClose}
    >
      <p>{words.clipboard_text}</p>
      <pre class="paste-preview">
        <Visible text={text.slice(0, 5000)} />
      </pre>
    </Confirm>
  );
}
