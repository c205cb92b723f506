/** Files of a machine that are on the server, because its owner wants them there. */

import { useCallback, useMemo, useState } from "preact/hooks";

import "./machine-copies.css";
import "./session/files/files.css";
import { archiveOf, copies, copyFiles, removeCopy } from "../api/copies";
import type { Copies, CopyView, LeftOutView, MachineView } from "../api/types";
import { useAnswer } from "../app/answer";
import { attempt, ProblemNote } from "../app/problem";
import { t } from "../i18n";
import { bytes, dateTime, number } from "../i18n/format";
import { oneLine } from "../text/visible";
import { Banner, Section } from "../ui/bits";
import { Button } from "../ui/button";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { BareDirectoryList } from "./session/files/directory-list";
import { FileViewer } from "./session/files/file-viewer";
import { parentOf } from "./session/files/place";

export function MachineCopies({ machine }: { machine: MachineView }) {
  const words = t().copies;
  const id = machine.machine_id;
  const { value, error, reload } = useAnswer(useCallback(() => copies(id), [id]));
  if (!error && !value?.copies.length) {
    return null;
  }
  return (
    <Section title={words.title}>
      <ProblemNote error={error} />
      {value?.copies.map((copy) => (
        <Copy key={copy.copy_id} machineId={id} copy={copy} all={value} onRemoved={reload} />
      ))}
    </Section>
  );
}

interface CopyProps {
  machineId: string;
  copy: CopyView;
  all: Copies;
  onRemoved: () => void;
}

function Copy({ machineId, copy, all, onRemoved }: CopyProps) {
  const words = t().copies;
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const leftOut = leftOutOf(copy.left_out);
  const workspace = oneLine(copy.workspace);
  const amount = words.amount(number(copy.files), bytes(copy.size_bytes));
  return (
    <div class="card copy" data-copy={copy.copy_id}>
      <p class="copy-where">
        <Icon name="folder" />
        <code class="foreign">{workspace}</code>
      </p>
      <Banner tone="info">{words.on_server(amount, dateTime(copy.taken_at))}</Banner>
      {leftOut && <p class="small faint">{words.left_out(leftOut)}</p>}
      <p class="copy-tools">
        <Button size="s" icon="folder" onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.close : words.browse}
        </Button>
        <a
          class="button button-secondary button-s"
          href={archiveOf(machineId, copy.copy_id)}
          download=""
        >
          <Icon name="download" size={15} />
          <span class="button-words">{words.archive}</span>
        </a>
        {all.may_remove && (
          <Button size="s" look="danger" icon="trash" onClick={() => setAsking(true)}>
            {words.remove}
          </Button>
        )}
      </p>
      {isOpen && <CopyBrowser machineId={machineId} copy={copy} />}
      {isAsking && (
        <Confirm
          title={words.remove_title(workspace)}
          confirm={words.remove}
          danger
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void attempt(() => removeCopy(machineId, copy.copy_id)).then(onRemoved);
          }}
        >
          <p>{words.remove_text}</p>
        </Confirm>
      )}
    </div>
  );
}

function CopyBrowser({ machineId, copy }: { machineId: string; copy: CopyView }) {
  const words = t().copies;
  const source = useMemo(() => copyFiles(machineId, copy.copy_id), [machineId, copy.copy_id]);
  const [directory, setDirectory] = useState("");
  const [file, setFile] = useState<string | null>(null);
  const look = (path: string, open: string | null) => {
    setDirectory(path);
    setFile(open);
  };
  return (
    <div class={`files copy-files ${file === null ? "" : "files-with-file"}`}>
      <BareDirectoryList
        key={directory}
        source={source}
        label={words.files}
        path={directory}
        open={file}
        onDirectory={(path) => look(path, null)}
        onFile={(path) => look(parentOf(path), path)}
      />
      {file === null ? (
        <p class="files-hint faint">{t().files.choose}</p>
      ) : (
        <FileViewer key={file} source={source} path={file} onClose={() => setFile(null)} />
      )}
    </div>
  );
}

/** Why files are not in a copy, as far as there are such. */
function leftOutOf(left: LeftOutView): string {
  const reasons = t().copies.reasons;
  const counts = [
    [left.over_files, reasons.over_files],
    [left.over_bytes, reasons.over_bytes],
    [left.too_large, reasons.too_large],
    [left.secret, reasons.secret],
    [left.special, reasons.special],
    [left.unnameable, reasons.unnameable],
    [left.unreadable, reasons.unreadable],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, reason]) => reason(number(count)))
    .join(" · ");
}
