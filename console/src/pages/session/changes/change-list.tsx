/** The files that differ, and what was committed. */

import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";

import { commitLog } from "../../../api/changes";
import { Refused } from "../../../api/request";
import type { ChangedFile, Changes, CommitView } from "../../../api/types";
import { type Loaded, useFreshAnswer } from "../../../app/answer";
import { attempt, ProblemNote } from "../../../app/problem";
import { t } from "../../../i18n";
import { Ago, Count, Empty, Foreign, Skeleton } from "../../../ui/bits";
import { Button, IconButton } from "../../../ui/button";
import type { Comment } from "./comments";

interface ChangeListProps {
  sessionId: string;
  answer: Loaded<Changes>;
  version: number;
  open: string | null;
  comments: readonly Comment[];
  onFile: (path: string) => void;
  foot: ComponentChildren;
}

/** A name of a commit is told apart by so many letters. */
const SHORT_NAME = 10;

export function ChangeList(props: ChangeListProps) {
  const { sessionId, answer, version, foot } = props;
  const words = t().changes;
  const { value, error, isLoading, reload } = answer;
  return (
    <section class="files-list" aria-label={words.title}>
      <header class="files-bar">
        {value && <Base changes={value} />}
        <span class="files-tools">
          <IconButton icon="refresh" size="s" label={words.reload} onClick={reload} />
        </span>
      </header>
      <div class="files-scroll">
        <WhyNot error={error} />
        {value === null && isLoading && <Skeleton lines={6} />}
        {value?.files.length === 0 && (
          <Empty icon="check" title={words.nothing}>
            {words.nothing_text}
          </Empty>
        )}
        <ul class="files-rows">
          {value?.files.map((file) => (
            <Row key={file.path} file={file} {...props} />
          ))}
        </ul>
        {value?.has_more && <p class="changes-note">{words.has_more}</p>}
        {value && <Commits sessionId={sessionId} version={version} />}
      </div>
      {foot}
    </section>
  );
}

/** What the files are compared with. */
function Base({ changes: { branch, head } }: { changes: Changes }) {
  const words = t().changes;
  return (
    <p class="changes-base cut">
      {branch == null ? words.detached : <Foreign text={branch} mono />}{" "}
      <span class="faint">
        {head == null ? words.since_nothing : words.since(head.slice(0, SHORT_NAME))}
      </span>
    </p>
  );
}

/** That there is nothing to compare is no error; everything else is. */
function WhyNot({ error }: { error: unknown }) {
  const words = t().changes;
  const code = error instanceof Refused ? error.code : null;
  if (code === "no_repository") {
    return (
      <Empty icon="fork" title={words.no_repository}>
        {words.no_repository_text}
      </Empty>
    );
  }
  if (code === "git_missing") {
    return (
      <Empty icon="fork" title={words.git_missing}>
        {words.git_missing_text}
      </Empty>
    );
  }
  return <ProblemNote error={error} />;
}

/** One letter for each kind, as git has them; its words are read and shown on hover. */
const LETTERS: Readonly<Record<ChangedFile["status"], string>> = {
  added: "A",
  untracked: "A",
  deleted: "D",
  modified: "M",
  renamed: "R",
  type_changed: "T",
  unmerged: "U",
};

function Row({ file, open, comments, onFile }: ChangeListProps & { file: ChangedFile }) {
  const words = t().changes;
  const said = comments.filter((comment) => comment.path === file.path).length;
  const status = words.status[file.status];
  return (
    <li>
      <button
        type="button"
        class="files-row changes-row"
        data-change={file.path}
        aria-current={open === file.path ? "true" : undefined}
        onClick={() => onFile(file.path)}
      >
        <span class={`changes-letter changes-${file.status}`} data-tip={status} aria-hidden="true">
          {LETTERS[file.status]}
        </span>
        <span class="changes-name">
          <span class="unseen">{status}: </span>
          <Foreign text={file.path} />
          {file.old_path != null && <span class="faint small"> {words.was(file.old_path)}</span>}
        </span>
        {said > 0 ? <Count value={said} label={words.count(said)} /> : <span />}
        <Counts file={file} />
      </button>
    </li>
  );
}

/** How many lines came and went. */
export function Counts({ file: { content, added, removed } }: { file: ChangedFile }) {
  return content === "text" ? (
    <span class="diff-counts">
      <span class="diff-plus">+{added}</span>
      <span class="diff-minus">−{removed}</span>
      <span class="unseen">{t().diff.counts(added, removed)}</span>
    </span>
  ) : (
    <span />
  );
}

/** What was committed, asked for when somebody wants to see it. */
function Commits({ sessionId, version }: { sessionId: string; version: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="changes-commits" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t().changes.commits}</summary>
      {isOpen && <CommitRows sessionId={sessionId} version={version} />}
    </details>
  );
}

function CommitRows({ sessionId, version }: { sessionId: string; version: number }) {
  const words = t().changes;
  const [later, setLater] = useState<readonly CommitView[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const ask = useCallback(async () => {
    const page = await commitLog(sessionId, null);
    setLater([]);
    setCursor(undefined);
    return page;
  }, [sessionId]);
  const { value, error, isLoading } = useFreshAnswer(ask, version);
  const next = cursor === undefined ? (value?.next_cursor ?? null) : cursor;
  const more = () =>
    void attempt(async () => {
      const page = await commitLog(sessionId, next);
      setLater([...later, ...page.commits]);
      setCursor(page.next_cursor ?? null);
    });
  const commits = [...(value?.commits ?? []), ...later];
  return (
    <>
      <ProblemNote error={error} />
      {value === null && isLoading && <Skeleton lines={3} />}
      {value && commits.length === 0 && <p class="changes-note">{words.no_commits}</p>}
      <ol class="changes-log">
        {commits.map((commit) => (
          <li key={commit.id}>
            <span class="changes-subject">
              <Foreign text={commit.subject} />
            </span>
            <span class="faint small">
              <Foreign text={commit.id.slice(0, SHORT_NAME)} mono /> ·{" "}
              <Foreign text={commit.author} /> · <Ago at={commit.committed_at} />
            </span>
          </li>
        ))}
      </ol>
      {next !== null && (
        <p class="files-more">
          <Button size="s" onClick={more}>
            {words.more}
          </Button>
        </p>
      )}
    </>
  );
}
