/** The files where a session works: a directory, and the file that is looked at. */

import { useCallback, useMemo, useState } from "preact/hooks";

import "./files.css";
import { createDirectory, sessionFiles } from "../../../api/files";
import type { SessionView } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { mayWork, user } from "../../../app/state";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/field";
import { DirectoryList } from "./directory-list";
import { FileViewer } from "./file-viewer";
import { join, parentOf } from "./place";

/** Where one was looking, by session, while the page lives. */
const places = new Map<string, Looking>();

interface Looking {
  directory: string;
  /** The open file; none on a narrow page means that the directory is shown. */
  file: string | null;
}

export function FilesView({ session }: { session: SessionView }) {
  const id = session.session_id;
  const [looking, setLooking] = useState<Looking>(places.get(id) ?? { directory: "", file: null });
  const [isMaking, setMaking] = useState(false);
  const [version, setVersion] = useState(0);
  const look = useCallback(
    (next: Looking) => {
      places.set(id, next);
      setLooking(next);
    },
    [id],
  );
  // What is put there is said in the owner's name, like what is prompted.
  const mayPut = mayWork(user.value) && session.owner.user_id === user.value?.user_id;
  const { directory, file } = looking;
  const source = useMemo(() => sessionFiles(id), [id]);
  return (
    <div class={`files ${file === null ? "" : "files-with-file"}`}>
      <DirectoryList
        key={`${directory}?${version}`}
        sessionId={id}
        source={source}
        path={directory}
        open={file}
        mayPut={mayPut}
        onDirectory={(path) => look({ directory: path, file: null })}
        onFile={(path) => look({ directory: parentOf(path), file: path })}
        onMake={() => setMaking(true)}
      />
      {file === null ? (
        <p class="files-hint faint">{t().files.choose}</p>
      ) : (
        <FileViewer
          key={file}
          source={source}
          path={file}
          onClose={() => look({ directory, file: null })}
        />
      )}
      {isMaking && (
        <NewDirectory
          sessionId={id}
          directory={directory}
          onClose={() => setMaking(false)}
          onMade={() => {
            setMaking(false);
            setVersion(version + 1);
          }}
        />
      )}
    </div>
  );
}

interface NewDirectoryProps {
  sessionId: string;
  directory: string;
  onClose: () => void;
  onMade: () => void;
}

function NewDirectory({ sessionId, directory, onClose, onMade }: NewDirectoryProps) {
  const words = t().files;
  const [name, setName] = useState("");
  const making = useAttempt(async () => {
    await createDirectory(sessionId, join(directory, name.trim()));
    onMade();
  });
  return (
    <FormDialog
      id="new-directory"
      title={words.new_directory}
      submit={words.make}
      attempt={making}
      isComplete={name.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={255}
        required
        first
      />
    </FormDialog>
  );
}
