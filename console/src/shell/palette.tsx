/** Everything one can go to or do, by typing a few letters of it. */

import { useEffect, useId, useRef, useState } from "preact/hooks";

import "./palette.css";
import { actions } from "../app/actions";
import { go, paths } from "../app/router";
import { listed, machines } from "../app/state";
import { t } from "../i18n";
import { isComposing } from "../keyboard/keys";
import type { Status } from "../live/status";
import { oneLine } from "../text/visible";
import { Keys } from "../ui/bits";
import { Dialog } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icon";
import { StatusMark } from "../ui/status";
import { score } from "./score";

interface Entry {
  id: string;
  group: "sessions" | "machines" | "actions";
  label: string;
  detail: string;
  icon: IconName | null;
  status: Status | null;
  keys: readonly string[];
  run: () => void;
}

const MOST = 40;

export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = find(query);
  const at = Math.min(chosen, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const take = (entry: Entry | undefined) => {
    if (entry) {
      onClose();
      entry.run();
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) {
      return;
    }
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(found[at]);
    }
  };

  const words = t().palette;
  return (
    <Dialog title={t().actions.palette} onClose={onClose} bare class="palette">
      <div class="palette-field">
        <Icon name="search" />
        <input
          data-first
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[at] && `${listId}-${found[at].id}`}
          aria-label={words.placeholder}
          placeholder={words.placeholder}
          autoComplete="off"
          spellcheck={false}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={pressed}
        />
        <Keys keys={["Esc"]} />
      </div>
      <div ref={list} id={listId} class="palette-list" role="listbox" aria-label={words.results}>
        {found.length === 0 && <p class="palette-none">{words.nothing}</p>}
        {found.map((entry, index) => (
          <PaletteRow
            key={entry.id}
            id={`${listId}-${entry.id}`}
            entry={entry}
            heading={found[index - 1]?.group === entry.group ? null : words[entry.group]}
            isChosen={index === at}
            onPoint={() => setChosen(index)}
            onTake={() => take(entry)}
          />
        ))}
      </div>
    </Dialog>
  );
}

interface PaletteRowProps {
  id: string;
  entry: Entry;
  heading: string | null;
  isChosen: boolean;
  onPoint: () => void;
  onTake: () => void;
}

function PaletteRow({ id, entry, heading, isChosen, onPoint, onTake }: PaletteRowProps) {
  return (
    <>
      {heading && (
        <p class="palette-heading" role="presentation">
          {heading}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus */}
      <div
        id={id}
        class="palette-row"
        role="option"
        aria-selected={isChosen}
        onPointerMove={onPoint}
        onClick={onTake}
      >
        {entry.status ? (
          <StatusMark status={entry.status} />
        ) : (
          entry.icon && <Icon name={entry.icon} />
        )}
        <span class="palette-label cut">
          <bdi>{entry.label}</bdi>
        </span>
        <span class="palette-detail cut">
          <bdi>{entry.detail}</bdi>
        </span>
        {entry.keys.length > 0 && <Keys keys={entry.keys} />}
      </div>
    </>
  );
}

/** What fits best first, group by group. */
function find(query: string): Entry[] {
  const onlyActions = query.startsWith(">");
  const wanted = query.replace(/^>/, "").trim();
  const all = onlyActions
    ? actionEntries()
    : [...sessionEntries(), ...actionEntries(), ...machineEntries()];
  if (wanted === "") {
    return all
      .filter((entry) => onlyActions || entry.group !== "sessions" || isUrgent(entry))
      .slice(0, MOST);
  }
  const scored = all.map((entry) => ({
    entry,
    points: Math.max(score(entry.label, wanted), score(entry.detail, wanted) - 20),
  }));
  const best = (group: Entry["group"]) =>
    Math.max(...scored.filter((one) => one.entry.group === group).map((one) => one.points));
  return scored
    .filter((one) => one.points > 0)
    .sort(
      (one, other) => best(other.entry.group) - best(one.entry.group) || other.points - one.points,
    )
    .slice(0, MOST)
    .map((one) => one.entry);
}

/** Without a question, the palette offers what is going on. */
function isUrgent(entry: Entry): boolean {
  return entry.status !== "ended" && entry.status !== "offline";
}

function sessionEntries(): Entry[] {
  return listed.value.map(({ session, machine, status }) => ({
    id: session.session_id,
    group: "sessions",
    label: oneLine(session.title),
    detail: oneLine(`${machine?.machine_name ?? ""} · ${session.agent_name ?? t().shell.shell}`),
    icon: null,
    status,
    keys: [],
    run: () => go(paths.session(session.session_id)),
  }));
}

function machineEntries(): Entry[] {
  return machines.value.map((machine) => ({
    id: machine.machine_id,
    group: "machines",
    label: oneLine(machine.machine_name),
    detail: oneLine(machine.os_version),
    icon: "machine",
    status: null,
    keys: [],
    run: () => go(paths.machine(machine.machine_id)),
  }));
}

function actionEntries(): Entry[] {
  return actions()
    .filter((action) => action.id !== "palette")
    .map((action) => ({
      id: action.id,
      group: "actions",
      label: action.label,
      detail: "",
      icon: action.icon,
      status: null,
      keys: action.keys,
      run: action.run,
    }));
}
