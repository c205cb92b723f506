/** What is in a directory, and what is being put there. */

import { useCallback, useRef, useState } from "preact/hooks";

import type { FileSource } from "../../../api/files";
import type { FileEntry } from "../../../api/types";
import { useAnswer } from "../../../app/answer";
import { attempt, ProblemNote } from "../../../app/problem";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { Ago, Empty, Foreign, Skeleton } from "../../../ui/bits";
import { Button, IconButton } from "../../../ui/button";
import { Icon, type IconName } from "../../../ui/icon";
import { join, wayTo } from "./place";
import { PutList, useUploads } from "./uploads";

interface DirectoryListProps extends LookingProps {
  sessionId: string;
  source: FileSource;
  mayPut: boolean;
  onMake: () => void;
}

interface LookingProps {
  path: string;
  /** The file that is looked at. */
  open: string | null;
  onDirectory: (path: string) => void;
  onFile: (path: string) => void;
}

export function DirectoryList(props: DirectoryListProps) {
  const { sessionId, source, path, mayPut } = props;
  const words = t().files;
  const { entries, error, isLoading, hasMore, more, reload } = useEntries(source, path);
  const uploads = useUploads(sessionId, path, reload);
  const [isOver, setOver] = useState(false);
  const drops = mayPut
    ? {
        onDragOver: (event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        },
        onDragLeave: () => setOver(false),
        onDrop: (event: DragEvent) => {
          event.preventDefault();
          setOver(false);
          uploads.put([...(event.dataTransfer?.files ?? [])]);
        },
      }
    : {};
  return (
    <section
      class={`files-list ${isOver ? "files-list-over" : ""}`}
      aria-label={words.title}
      {...drops}
    >
      <header class="files-bar">
        <Way path={path} onDirectory={props.onDirectory} />
        <span class="files-tools">
          <IconButton icon="refresh" size="s" label={words.reload} onClick={reload} />
          {mayPut && (
            <>
              <IconButton
                icon="folder"
                size="s"
                label={words.new_directory}
                onClick={props.onMake}
              />
              <UploadButton onChosen={uploads.put} />
            </>
          )}
        </span>
      </header>
      <PutList uploads={uploads} />
      <div class="files-scroll">
        <ProblemNote error={error} />
        {entries === null && isLoading && <Skeleton lines={6} />}
        {entries?.length === 0 && (
          <Empty icon="folder" title={words.empty}>
            {mayPut && words.drop}
          </Empty>
        )}
        <ul class="files-rows">
          {entries?.map((entry) => (
            <Row key={entry.name} entry={entry} {...props} />
          ))}
        </ul>
        {hasMore && (
          <p class="files-more">
            <Button size="s" busy={isLoading} onClick={more}>
              {words.more}
            </Button>
          </p>
        )}
      </div>
    </section>
  );
}

interface BareListProps extends LookingProps {
  source: FileSource;
  /** What the list is called. */
  label: string;
}

/** The same where nothing can be put. */
export function BareDirectoryList(props: BareListProps) {
  const { source, path, label } = props;
  const words = t().files;
  const { entries, error, isLoading, hasMore, more, reload } = useEntries(source, path);
  return (
    <section class="files-list" aria-label={label}>
      <header class="files-bar">
        <Way path={path} onDirectory={props.onDirectory} />
        <span class="files-tools">
          <IconButton icon="refresh" size="s" label={words.reload} onClick={reload} />
        </span>
      </header>
      <div class="files-scroll">
        <ProblemNote error={error} />
        {entries === null && isLoading && <Skeleton lines={6} />}
        {entries?.length === 0 && <Empty icon="folder" title={words.empty} />}
        <ul class="files-rows">
          {entries?.map((entry) => (
            <Row key={entry.name} entry={entry} isUndated {...props} />
          ))}
        </ul>
        {hasMore && (
          <p class="files-more">
            <Button size="s" busy={isLoading} onClick={more}>
              {words.more}
            </Button>
          </p>
        )}
      </div>
    </section>
  );
}

/** A directory page by page; directories first, as far as it is known. */
function useEntries(source: FileSource, path: string) {
  const [later, setLater] = useState<readonly FileEntry[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const ask = useCallback(async () => {
    const page = await source.directory(path, null);
    setLater([]);
    setCursor(undefined);
    return page;
  }, [source, path]);
  const { value, error, isLoading, reload } = useAnswer(ask);
  const next = cursor === undefined ? (value?.next_cursor ?? null) : cursor;
  const more = () => {
    setBusy(true);
    void attempt(async () => {
      const page = await source.directory(path, next);
      setLater([...later, ...page.entries]);
      setCursor(page.next_cursor ?? null);
    }).then(() => setBusy(false));
  };
  const rank = (entry: FileEntry) => (entry.kind === "directory" ? 0 : 1);
  const entries = value && [...value.entries, ...later].sort((a, b) => rank(a) - rank(b));
  return { entries, error, isLoading: isLoading || isBusy, hasMore: next !== null, more, reload };
}

/** The way from the workspace down, each directory a step back. */
function Way({ path, onDirectory }: { path: string; onDirectory: (path: string) => void }) {
  const words = t().files;
  const steps = [{ name: words.workspace, path: "" }, ...wayTo(path)];
  return (
    <nav class="files-way" aria-label={words.way}>
      <ol>
        {steps.map((step, index) => (
          <li key={step.path}>
            {index > 0 && <span aria-hidden="true">/</span>}
            <button
              type="button"
              aria-current={step.path === path ? "location" : undefined}
              onClick={() => onDirectory(step.path)}
            >
              <Foreign text={step.name} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

const ICONS: Readonly<Record<FileEntry["kind"], IconName>> = {
  directory: "folder",
  file: "file",
  link: "link",
  other: "ban",
};

interface RowProps extends LookingProps {
  entry: FileEntry;
  /** Whether nobody knows when a directory was changed. */
  isUndated?: boolean;
}

function Row({ entry, path, open, onDirectory, onFile, isUndated = false }: RowProps) {
  const words = t().files;
  const place = join(path, entry.name);
  const inside = (
    <>
      <Icon name={ICONS[entry.kind]} />
      <span class="files-name cut">
        <Foreign text={entry.name} />
      </span>
      <span class="files-facts">
        {entry.kind === "file" && bytes(entry.size_bytes)}
        {entry.kind === "link" && words.leads_out}
        {entry.kind === "other" && words.no_file}
      </span>
      <span class="files-facts files-when">
        {!(isUndated && entry.kind === "directory") && <Ago at={entry.modified_at} />}
      </span>
    </>
  );
  const isOpenable = entry.kind === "file" || entry.kind === "directory";
  if (!isOpenable) {
    return <li class="files-row faint">{inside}</li>;
  }
  const go = entry.kind === "directory" ? onDirectory : onFile;
  return (
    <li>
      <button
        type="button"
        class="files-row"
        data-file={entry.name}
        aria-current={open === place ? "true" : undefined}
        onClick={() => go(place)}
      >
        {inside}
      </button>
    </li>
  );
}

function UploadButton({ onChosen }: { onChosen: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-upload
        onChange={({ currentTarget }) => {
          onChosen([...(currentTarget.files ?? [])]);
          // The same file chosen again is a choice, too.
          currentTarget.value = "";
        }}
      />
      <Button size="s" icon="upload" onClick={() => input.current?.click()}>
        {t().files.upload}
      </Button>
    </>
  );
}
