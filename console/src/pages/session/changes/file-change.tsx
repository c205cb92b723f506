/** What differs in one file, with the comments on its lines. */

import { useCallback, useLayoutEffect, useMemo, useState } from "preact/hooks";

import { fileDiff } from "../../../api/changes";
import { Refused } from "../../../api/request";
import type { FileDiff } from "../../../api/types";
import { useFreshAnswer } from "../../../app/answer";
import { wrapLines } from "../../../app/preferences";
import { ProblemNote } from "../../../app/problem";
import "../../../diff/diff-view.css";
import { rowsOf } from "../../../diff/hunks";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Banner, Empty, Foreign, Skeleton } from "../../../ui/bits";
import { IconButton } from "../../../ui/button";
import { CopyButton } from "../../../ui/copy";
import { nameOf } from "../files/place";
import { Counts } from "./change-list";
import { ChangeTable, type Stretch } from "./change-table";
import { CommentCard } from "./comment-card";
import { type Comment, commentOn, placeOf } from "./comments";
import { DiscardChange } from "./discard-change";

interface FileChangeProps {
  sessionId: string;
  path: string;
  oldPath: string | null;
  version: number;
  comments: readonly Comment[];
  onComments: (all: readonly Comment[]) => void;
  /** Told which of a file's comments are about lines that are no longer there. */
  onGone: (path: string, ids: readonly string[], comments: readonly Comment[]) => void;
  onClose: () => void;
  /** Absent where somebody may only look. */
  onDiscarded: (() => void) | null;
}

export function FileChange(props: FileChangeProps) {
  const { sessionId, path, oldPath, version, onClose, onDiscarded } = props;
  const words = t().changes;
  const ask = useCallback(() => fileDiff(sessionId, path, oldPath), [sessionId, path, oldPath]);
  const { value, error, isLoading } = useFreshAnswer(ask, version);
  const isGone = error instanceof Refused && error.code === "file_not_changed";
  return (
    <section class="file" aria-label={words.table(oneLine(nameOf(path)))}>
      <header class="files-bar">
        <span class="file-back">
          <IconButton icon="arrow_left" size="s" label={words.back} onClick={onClose} />
        </span>
        <span class="files-name cut">
          <Foreign text={path} mono />
        </span>
        {value && !isGone && <Counts file={value.file} />}
        <span class="files-tools">
          {value && !isGone && onDiscarded && value.file.content !== "repository" && (
            <DiscardChange sessionId={sessionId} file={value.file} onDone={onDiscarded} />
          )}
          <CopyButton text={path} label={t().diff.copy_path} />
          <IconButton
            icon="wrap"
            size="s"
            label={t().diff.wrap}
            aria-pressed={wrapLines.value}
            onClick={() => {
              wrapLines.value = !wrapLines.value;
            }}
          />
        </span>
      </header>
      <div class="file-body changes-body">
        {isGone ? <Empty icon="check" title={words.gone_file} /> : <ProblemNote error={error} />}
        {value === null && isLoading && <Skeleton lines={8} />}
        <Lines {...props} diff={isGone ? null : value} />
      </div>
    </section>
  );
}

/** The lines and the comments; those are shown also where there are no lines any more. */
function Lines(props: FileChangeProps & { diff: FileDiff | null }) {
  const { diff, path, comments, onComments, onGone } = props;
  const words = t().changes;
  const [editing, setEditing] = useState<string | null>(null);
  const stretches = useMemo(() => (diff?.hunks ?? []).map(stretchOf), [diff]);
  const rows = useMemo(() => stretches.flatMap((stretch) => stretch.rows), [stretches]);
  const ours = comments.filter((comment) => comment.path === path);
  const placed = new Map<number, Comment[]>();
  const gone: Comment[] = [];
  for (const comment of ours) {
    const place = placeOf(comment, rows);
    if (place === null) {
      gone.push(comment);
    } else {
      placed.set(place, [...(placed.get(place) ?? []), comment]);
    }
  }
  const goneIds = diff === null ? "" : gone.map((comment) => comment.id).join(" ");
  // Before anybody can press what they are sent with.
  useLayoutEffect(() => {
    onGone(path, goneIds.split(" ").filter(Boolean), comments);
  }, [path, goneIds, comments, onGone]);

  const card = (comment: Comment) => (
    <CommentCard
      key={comment.id}
      comment={comment}
      isGone={gone.includes(comment)}
      isEditing={editing === comment.id}
      onEdit={() => setEditing(comment.id)}
      onSave={(text) => {
        setEditing(null);
        onComments(comments.map((one) => (one === comment ? { ...one, text } : one)));
      }}
      onCancel={() => setEditing(null)}
      onRemove={() => onComments(comments.filter((one) => one !== comment))}
    />
  );
  return (
    <>
      {gone.length > 0 && (
        <div class="changes-gone">
          <h2 class="changes-gone-title">{words.gone_title}</h2>
          {gone.map(card)}
        </div>
      )}
      {diff && diff.hunks.length === 0 && (
        <p class="changes-note">{words.content[diff.file.content]}</p>
      )}
      {diff?.is_cut && <Banner tone="info">{words.cut}</Banner>}
      {stretches.length > 0 && (
        <ChangeTable
          stretches={stretches}
          label={words.table(oneLine(path))}
          below={(index) => (placed.get(index) ?? []).map(card)}
          onComment={(range, text) => onComments([...comments, commentOn(path, rows, range, text)])}
        />
      )}
    </>
  );
}

function stretchOf(hunk: FileDiff["hunks"][number]): Stretch {
  const rows = rowsOf(hunk);
  const unended = new Set(hunk.lines.flatMap((line, index) => (line.is_unended ? [index] : [])));
  return { heading: hunk.heading, rows, unended };
}
