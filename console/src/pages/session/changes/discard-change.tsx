/** Puts a file back as it was committed, after a question. */

import { useState } from "preact/hooks";

import { discardChange } from "../../../api/changes";
import type { ChangedFile } from "../../../api/types";
import { attempt } from "../../../app/problem";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { IconButton } from "../../../ui/button";
import { Confirm } from "../../../ui/dialog";
import { toast } from "../../../ui/toast";

interface DiscardProps {
  sessionId: string;
  file: ChangedFile;
  onDone: () => void;
}

export function DiscardChange({ sessionId, file, onDone }: DiscardProps) {
  const words = t().changes;
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const isNew = file.status === "added" || file.status === "untracked";
  const discard = async () => {
    setBusy(true);
    const isDone = await attempt(async () => {
      const { kept_at } = await discardChange(sessionId, file);
      const detail = kept_at == null ? {} : { detail: words.kept_at(oneLine(kept_at)) };
      toast({ tone: "good", text: words.discarded(oneLine(file.path)), ...detail });
    });
    setBusy(false);
    setAsking(false);
    if (isDone) {
      onDone();
    }
  };
  return (
    <>
      <IconButton icon="trash" size="s" label={words.discard} onClick={() => setAsking(true)} />
      {isAsking && (
        <Confirm
          title={words.discard_title(oneLine(file.path))}
          confirm={words.discard}
          danger
          busy={isBusy}
          onConfirm={() => void discard()}
          onClose={() => setAsking(false)}
        >
          <p>{isNew ? words.discard_new : words.discard_text}</p>
          <p class="faint">{words.discard_kept}</p>
        </Confirm>
      )}
    </>
  );
}
