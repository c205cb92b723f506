/** The form in which it is said for how long transcripts are kept: of all, or of one workspace. */

import { useState } from "preact/hooks";

import type { Keeping } from "../../../api/kept-transcripts";
import type { WorkspaceKeeping } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { machines } from "../../../app/state";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { SelectField, TextField } from "../../../ui/field";

const MOST_DAYS = 3650;

interface ChangeKeepingProps {
  keeping: Keeping;
  ofWorkspace: boolean;
  keep: (keeping: Keeping) => Promise<unknown>;
  onClose: () => void;
  onKept: () => void;
}

export function ChangeKeeping({ keeping, ofWorkspace, keep, onClose, onKept }: ChangeKeepingProps) {
  const words = t().kept;
  const before = ofWorkspace ? null : (keeping.days ?? null);
  const place = usePlace();
  const [text, setText] = useState(before === null ? "" : String(before));
  const days = wantedDays(text);
  const isComplete = ofWorkspace ? place.path !== "" : days !== before;
  const saving = useAttempt(async () => {
    await keep(wanted(keeping, days ?? null, ofWorkspace ? place : null));
    onKept();
  });
  return (
    <FormDialog
      id="kept-transcripts"
      title={ofWorkspace ? words.add_title : words.change_title}
      submit={words.save}
      attempt={saving}
      isComplete={days !== undefined && isComplete}
      onClose={onClose}
    >
      <p class="faint">{words.change_text}</p>
      {ofWorkspace && <PlaceFields place={place} />}
      <TextField
        label={words.field}
        value={text}
        placeholder={words.placeholder}
        error={days === undefined ? words.wrong : null}
        onChange={setText}
        autoComplete="off"
        maxLength={4}
        first={!ofWorkspace}
      />
    </FormDialog>
  );
}

/** A workspace that is chosen: of the first machine, and its first, until another is. */
function usePlace() {
  const [machine, setMachine] = useState(machines.value[0]?.machine_id ?? "");
  const [chosen, setPath] = useState<string | null>(null);
  const workspaces = machines.value.find((one) => one.machine_id === machine)?.workspaces ?? [];
  return {
    machine,
    setMachine: (id: string) => {
      setMachine(id);
      setPath(null);
    },
    workspaces,
    path: chosen ?? workspaces[0] ?? "",
    setPath,
  };
}

type Place = ReturnType<typeof usePlace>;

function PlaceFields({ place }: { place: Place }) {
  const words = t().kept;
  return (
    <>
      <SelectField
        label={words.machine}
        value={place.machine}
        onChange={place.setMachine}
        choices={machines.value.map((one) => ({
          value: one.machine_id,
          label: oneLine(one.machine_name, 60),
        }))}
      />
      <SelectField
        label={words.workspace}
        value={place.path}
        onChange={place.setPath}
        hint={words.workspace_hint}
        choices={place.workspaces.map((value) => ({ value, label: oneLine(value, 80) }))}
      />
    </>
  );
}

function wanted(keeping: Keeping, days: number | null, place: Place | null) {
  if (!place) {
    return { ...keeping, days };
  }
  const own = { machine_id: place.machine, project_path: place.path, days };
  const others = keeping.workspaces.filter((other) => !isSamePlace(other, own));
  return { ...keeping, workspaces: [...others, own] };
}

export const isSamePlace = (one: WorkspaceKeeping, other: WorkspaceKeeping): boolean =>
  one.machine_id === other.machine_id && one.project_path === other.project_path;

/** What was typed: days, null for not at all, undefined for what is neither. */
function wantedDays(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === "") {
    return null;
  }
  const days = /^[0-9]{1,4}$/.test(typed) ? Number(typed) : 0;
  return days >= 1 && days <= MOST_DAYS ? days : undefined;
}
