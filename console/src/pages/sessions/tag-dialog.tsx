import { useState } from "preact/hooks";

import "./sessions.css";
import { changeSession } from "../../api/sessions";
import type { SessionView } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { IconButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { knownTags, readTags } from "./tags";

/** As many as fit under the field. */
const MOST_OFFERED = 12;

interface TagDialogProps {
  session: SessionView;
  onClose: () => void;
}

/** The tags of a session: those that it has, and those that it could have. */
export function TagDialog({ session, onClose }: TagDialogProps) {
  const words = t().session;
  const [tags, setTags] = useState<readonly string[]>(session.tags);
  const [line, setLine] = useState("");
  const all = [...new Set([...tags, ...readTags(line)])];
  const sending = useAttempt(async () => {
    const { session: tagged } = await changeSession(session.session_id, { tags: all });
    store.putSession(tagged);
    onClose();
  });
  const take = (added: readonly string[]) => setTags([...new Set([...tags, ...added])]);
  const offered = knownTags.value.filter((tag) => !all.includes(tag)).slice(0, MOST_OFFERED);
  return (
    <FormDialog
      id="tag-session"
      title={words.tags}
      submit={words.save}
      attempt={sending}
      onClose={onClose}
      width="s"
    >
      {tags.length > 0 && (
        <ul class="tag-list">
          {tags.map((tag) => (
            <li key={tag} class="tag tag-own">
              <bdi>{oneLine(tag, 60)}</bdi>
              <IconButton
                icon="close"
                size="s"
                label={words.remove_tag(oneLine(tag, 60))}
                onClick={() => setTags(tags.filter((one) => one !== tag))}
              />
            </li>
          ))}
        </ul>
      )}
      <TextField
        label={words.new_tags}
        value={line}
        onChange={(typed) => {
          if (/[,，、]\s*$/.test(typed)) {
            take(readTags(typed));
            setLine("");
          } else {
            setLine(typed);
          }
        }}
        hint={words.new_tags_hint}
        maxLength={200}
        first
      />
      {offered.length > 0 && (
        <div class="tag-list">
          {offered.map((tag) => (
            <button key={tag} type="button" class="tag tag-offer" onClick={() => take([tag])}>
              <bdi>{oneLine(tag, 60)}</bdi>
            </button>
          ))}
        </div>
      )}
    </FormDialog>
  );
}
