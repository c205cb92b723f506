/** Files on their way into a directory, one after the other. */

import { useEffect, useRef, useState } from "preact/hooks";

import { putFile } from "../../../api/files";
import { Refused } from "../../../api/request";
import { wordsFor } from "../../../app/problem";
import { t } from "../../../i18n";
import { percent } from "../../../i18n/format";
import { oneLine } from "../../../text/visible";
import { Foreign, Meter } from "../../../ui/bits";
import { Button, IconButton } from "../../../ui/button";
import { join } from "./place";

interface Upload {
  id: number;
  file: File;
  existing: "keep" | "replace";
  state: "waiting" | "going" | "failed";
  share: number;
  error: unknown;
}

export interface Uploads {
  list: readonly Upload[];
  put: (files: readonly File[]) => void;
  replace: (upload: Upload) => void;
  drop: (upload: Upload) => void;
}

let nextId = 1;

export function useUploads(sessionId: string, directory: string, onPut: () => void): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const going = useRef<{ id: number; stop: AbortController } | null>(null);
  const change = (id: number, to: Partial<Upload>) =>
    setList((all) => all.map((one) => (one.id === id ? { ...one, ...to } : one)));
  const drop = ({ id }: Upload) => {
    if (going.current?.id === id) {
      going.current.stop.abort();
    }
    setList((all) => all.filter((one) => one.id !== id));
  };

  useEffect(() => {
    const next = list.find((one) => one.state === "waiting");
    if (!next || going.current) {
      return;
    }
    const stop = new AbortController();
    going.current = { id: next.id, stop };
    change(next.id, { state: "going" });
    putFile(sessionId, {
      path: join(directory, next.file.name),
      file: next.file,
      existing: next.existing,
      onProgress: (share) => change(next.id, { share }),
      signal: stop.signal,
    })
      .then(() => {
        drop(next);
        onPut();
      })
      .catch((error: unknown) => change(next.id, { state: "failed", error }))
      .finally(() => {
        going.current = null;
        // There may be another one that waits.
        setList((all) => [...all]);
      });
  });

  return {
    list,
    put: (files) =>
      setList((all) => [
        ...all,
        ...files.map((file) => ({
          id: nextId++,
          file,
          existing: "keep" as const,
          state: "waiting" as const,
          share: 0,
          error: null,
        })),
      ]),
    replace: ({ id }) => change(id, { state: "waiting", existing: "replace", error: null }),
    drop,
  };
}

export function PutList({ uploads }: { uploads: Uploads }) {
  return uploads.list.length === 0 ? null : (
    <ul class="files-uploads" aria-live="polite">
      {uploads.list.map((upload) => (
        <li key={upload.id}>
          <UploadRow upload={upload} uploads={uploads} />
        </li>
      ))}
    </ul>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const words = t().files;
  const name = oneLine(upload.file.name);
  const isThere = upload.error instanceof Refused && upload.error.code === "file_exists";
  return (
    <div class="files-upload">
      <span class="files-name cut">
        <Foreign text={name} />
      </span>
      {upload.state === "failed" ? (
        <span class="files-failed" role="alert">
          {wordsFor(upload.error).text}
        </span>
      ) : (
        <>
          <Meter share={upload.share} label={words.sent(name)} />
          <span class="files-facts">{percent(upload.share)}</span>
        </>
      )}
      {isThere && (
        <Button size="s" look="danger" onClick={() => uploads.replace(upload)}>
          {words.replace}
        </Button>
      )}
      <IconButton
        icon="close"
        size="s"
        label={words.forget(name)}
        onClick={() => uploads.drop(upload)}
      />
    </div>
  );
}
