/** A file: its text, its picture, or that there is nothing to be seen. */

import { useCallback, useEffect, useState } from "preact/hooks";

import type { FileSource } from "../../../api/files";
import { requestFile } from "../../../api/request";
import type { FileView } from "../../../api/types";
import { useAnswer } from "../../../app/answer";
import { ProblemNote } from "../../../app/problem";
import { t } from "../../../i18n";
import { bytes } from "../../../i18n/format";
import { CodeBlock } from "../../../markdown/code-block";
import { oneLine } from "../../../text/visible";
import { Ago, Banner, Empty, Foreign, Skeleton } from "../../../ui/bits";
import { IconButton } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { languageOf, nameOf } from "./place";

interface FileViewerProps {
  source: FileSource;
  path: string;
  onClose: () => void;
}

/** Larger pictures are only downloaded: they would be held in memory as a whole. */
const LARGEST_PICTURE_BYTES = 16 * 1024 * 1024;

export function FileViewer({ source, path, onClose }: FileViewerProps) {
  const words = t().files;
  const ask = useCallback(() => source.view(path), [source, path]);
  const { value, error, isLoading, reload } = useAnswer(ask);
  return (
    <section class="file" aria-label={words.file(oneLine(nameOf(path)))}>
      <header class="files-bar">
        <span class="file-back">
          <IconButton icon="arrow_left" size="s" label={words.back} onClick={onClose} />
        </span>
        <span class="files-name cut">
          <Foreign text={nameOf(path)} mono />
        </span>
        {value && (
          <span class="files-facts">
            {bytes(value.size_bytes)} · <Ago at={value.modified_at} />
          </span>
        )}
        <span class="files-tools">
          <IconButton icon="refresh" size="s" label={words.reload} onClick={reload} />
          <Download href={source.contentOf(path)} path={path} />
          <span class="file-close">
            <IconButton icon="close" size="s" label={words.close} onClick={onClose} />
          </span>
        </span>
      </header>
      <div class="file-body">
        <ProblemNote error={error} />
        {value ? <Content source={source} view={value} /> : isLoading && <Skeleton lines={8} />}
      </div>
    </section>
  );
}

/** A link, so that a large file goes to the disk as it comes. */
function Download({ href, path }: { href: string; path: string }) {
  return (
    <a class="button button-secondary button-s" href={href} download={nameOf(path)}>
      <Icon name="download" size={15} />
      <span class="button-words">{t().files.download}</span>
    </a>
  );
}

function Content({ source, view }: { source: FileSource; view: FileView }) {
  const words = t().files;
  const { content, path, size_bytes } = view;
  if (content.kind === "text") {
    return (
      <>
        {content.is_cut && <Banner tone="info">{words.cut}</Banner>}
        {content.text === "" ? (
          <Empty icon="file" title={words.empty_file} />
        ) : (
          <CodeBlock code={content.text} language={languageOf(path)} isUnfolded />
        )}
      </>
    );
  }
  if (content.kind === "image" && size_bytes <= LARGEST_PICTURE_BYTES) {
    return <Picture href={source.contentOf(path)} path={path} mediaType={content.media_type} />;
  }
  return (
    <Empty icon="file" title={words.not_shown}>
      {words.not_shown_text}
    </Empty>
  );
}

interface PictureProps {
  href: string;
  path: string;
  /** Judged by the server; what the file says of itself is not asked. */
  mediaType: string;
}

function Picture({ href, path, mediaType }: PictureProps) {
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let made: string | null = null;
    let isGone = false;
    requestFile(href)
      .then(({ content }) => {
        if (!isGone) {
          made = URL.createObjectURL(new Blob([content], { type: mediaType }));
          setUrl(made);
        }
      })
      .catch(setError);
    return () => {
      isGone = true;
      if (made !== null) {
        URL.revokeObjectURL(made);
      }
    };
  }, [href, mediaType]);
  if (url === null) {
    return error === null ? <Skeleton lines={8} /> : <ProblemNote error={error} />;
  }
  return <img class="file-picture" src={url} alt={oneLine(nameOf(path))} />;
}
