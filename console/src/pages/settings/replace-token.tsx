/** A new API token in the place of one that is in use. */

import { useState } from "preact/hooks";

import { rotateApiToken } from "../../api/auth";
import type { ApiTokenView, CreatedApiToken } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { SelectField } from "../../ui/field";
import { MadeToken } from "./new-token";

/** For how many minutes both work. */
const OVERLAPS = ["0", "10", "60"] as const;

export function ReplaceToken({ token, onClose }: { token: ApiTokenView; onClose: () => void }) {
  const words = t().settings;
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>("10");
  const [made, setMade] = useState<CreatedApiToken | null>(null);
  const sending = useAttempt(async () => {
    setMade(await rotateApiToken(token.token_id, { overlap_minutes: Number(overlap) }));
  });
  if (made) {
    return <MadeToken made={made} onClose={onClose} />;
  }
  return (
    <FormDialog
      id="replace-token"
      title={words.replace_token_title(oneLine(token.name))}
      submit={words.replace_token}
      attempt={sending}
      isComplete
      onClose={onClose}
      width="s"
    >
      <p>{words.replace_token_text}</p>
      <SelectField
        label={words.overlap}
        value={overlap}
        onChange={setOverlap}
        choices={OVERLAPS.map((value) => ({ value, label: words.overlaps(Number(value)) }))}
      />
    </FormDialog>
  );
}
