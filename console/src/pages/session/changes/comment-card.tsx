/** A comment on a line, which can be changed until it is sent. */

import { t } from "../../../i18n";
import { Foreign } from "../../../ui/bits";
import { IconButton } from "../../../ui/button";
import { CommentForm } from "./comment-form";
import type { Comment } from "./comments";

interface CommentCardProps {
  comment: Comment;
  /** Whether its lines are no longer there; then they are shown as they were. */
  isGone: boolean;
  isEditing: boolean;
  onEdit: () => void;
  onSave: (text: string) => void;
  onCancel: () => void;
  onRemove: () => void;
}

const SIGNS = { same: " ", add: "+", del: "−" } as const;

export function CommentCard(props: CommentCardProps) {
  const { comment, isGone, isEditing, onEdit, onSave, onCancel, onRemove } = props;
  const words = t().changes;
  if (isEditing) {
    return (
      <CommentForm text={comment.text} submit={words.save} onSave={onSave} onCancel={onCancel} />
    );
  }
  return (
    <article class={`changes-comment ${isGone ? "changes-comment-gone" : ""}`}>
      <div class="changes-comment-text">
        {isGone && (
          <>
            <p class="small faint">{words.gone}</p>
            <pre class="changes-quote">
              {comment.quote.map((line) => `${SIGNS[line.kind]} ${line.text}`).join("\n")}
            </pre>
          </>
        )}
        <Foreign text={comment.text} />
      </div>
      <IconButton icon="edit" size="s" label={words.edit} onClick={onEdit} />
      <IconButton icon="trash" size="s" label={words.remove} onClick={onRemove} />
    </article>
  );
}
