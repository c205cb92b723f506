import { t } from "../i18n";
import { Visible } from "../permission/visible-text";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { onOneLine } from "./paste";

interface PasteQuestionProps {
  text: string;
  onPaste: (text: string) => void;
  onClose: () => void;
}

/** Several lines would be carried out one after the other as they arrive (S108). */
export function PasteQuestion({ text, onPaste, onClose }: PasteQuestionProps) {
  const words = t().terminal;
  const lines = text.replace(/\n$/, "").split("\n").length;
  return (
    <Dialog
      title={words.paste_title(lines)}
      onClose={onClose}
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {t().common.cancel}
          </Button>
          <Button onClick={() => onPaste(onOneLine(text))}>{words.paste_one_line}</Button>
          <Button look="primary" onClick={() => onPaste(text)}>
            {words.paste}
          </Button>
        </>
      }
    >
      <div class="confirm">
        <p>{words.paste_text}</p>
        <pre class="paste-preview">
          <Visible text={text.slice(0, 5000)} />
        </pre>
      </div>
    </Dialog>
  );
}
