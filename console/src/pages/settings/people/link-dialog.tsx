/** A link that somebody is to be given, shown this one time. */

import { t } from "../../../i18n";
import { dateTime } from "../../../i18n/format";
import { oneLine } from "../../../text/visible";
import { Banner } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { CopyBlock } from "../../../ui/copy";
import { Dialog } from "../../../ui/dialog";

interface LinkDialogProps {
  name: string;
  link: string;
  until: string;
  onClose: () => void;
}

export function LinkDialog({ name, link, until, onClose }: LinkDialogProps) {
  const words = t().people;
  return (
    <Dialog
      title={words.link_title(oneLine(name))}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          {words.link_kept}
        </Button>
      }
    >
      <div class="confirm">
        <Banner tone="warning">{words.link_once}</Banner>
        <CopyBlock label={words.link} text={link} />
        <p class="small faint">{words.link_text(dateTime(until))}</p>
      </div>
    </Dialog>
  );
}
