/** Taking in a file that an export has written, here or elsewhere. */

import { useRef, useState } from "preact/hooks";

import { Refused } from "../../api/request";
import { importSession, MAX_IMPORT_BYTES } from "../../api/sessions";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { go, paths } from "../../app/router";
import { machines, store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/field";
import { toast } from "../../ui/toast";

export function Import() {
  const words = t().sessions;
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        data-import
        onChange={({ currentTarget }) => {
          setFile(currentTarget.files?.[0] ?? null);
          // The same file chosen again is a choice, too.
          currentTarget.value = "";
        }}
      />
      <Button icon="upload" onClick={() => input.current?.click()}>
        {words.import}
      </Button>
      {file && <ImportDialog file={file} onClose={() => setFile(null)} />}
    </>
  );
}

/** What was said in a session lies on a machine; a person says on which. */
function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const words = t().sessions;
  const online = machines.value.filter((machine) => machine.status === "online");
  const [chosen, setChosen] = useState(online[0]?.machine_id ?? "");
  // The same key for every try of the same import.
  const key = useRef(crypto.randomUUID());
  const isTooLarge = file.size > MAX_IMPORT_BYTES;
  const sending = useAttempt(async () => {
    const body = { data: await file.text(), machine_id: chosen };
    try {
      const session = await importSession(body, key.current);
      store.putSession(session);
      toast({ tone: "good", text: words.imported });
      onClose();
      go(paths.session(session.session_id));
    } catch (error) {
      // What was refused may be sent to another machine next, and then it is another import.
      if (error instanceof Refused) {
        key.current = crypto.randomUUID();
      }
      throw error;
    }
  });
  return (
    <FormDialog
      id="import-session"
      title={words.import_title}
      submit={words.import}
      attempt={sending}
      isComplete={chosen !== "" && !isTooLarge}
      onClose={onClose}
      width="s"
    >
      <p class="cut">{oneLine(file.name, 120)}</p>
      {isTooLarge && <p role="alert">{words.import_too_large(MAX_IMPORT_BYTES / 1024 / 1024)}</p>}
      <SelectField
        label={words.import_to}
        value={chosen}
        onChange={setChosen}
        choices={online.map(({ machine_id, machine_name }) => ({
          value: machine_id,
          label: oneLine(machine_name, 60),
        }))}
        hint={online.length > 0 ? words.import_hint : t().new_session.all_offline}
      />
    </FormDialog>
  );
}
