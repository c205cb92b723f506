/** The questions that everything one starts has in common: on which machine, where, with whom. */

import type { ComponentChildren } from "preact";

import "./start.css";
import type { MachineView } from "../../api/types";
import { Link, paths } from "../../app/router";
import { isOperator, machines, overlay, user } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Empty, Foreign } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, type RadioCard, RadioCards, Select } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { MachineBadge } from "../machine-badge";
import type { Place } from "./place";

/** Why there is no machine to begin on. */
function whyNone(): { title: string; text: string } {
  const words = t().new_session;
  if (machines.value.length === 0) {
    return { title: words.no_machine, text: words.no_machine_text };
  }
  return machines.value.some((machine) => machine.status === "online")
    ? { title: words.all_frozen, text: words.all_frozen_text }
    : { title: words.all_offline, text: words.all_offline_text };
}

/** Stands in for a dialog that has no machine to offer. */
export function NoMachine({ title, onClose }: { title: string; onClose: () => void }) {
  const operates = isOperator(user.value);
  const said = whyNone();
  return (
    <Dialog title={title} onClose={onClose}>
      <Empty
        icon="machine"
        title={said.title}
        action={
          operates && (
            <Button
              look="primary"
              onClick={() => {
                overlay.value = { kind: "enrol" };
              }}
            >
              {t().actions.add_machine}
            </Button>
          )
        }
      >
        {said.text}
      </Empty>
    </Dialog>
  );
}

interface MachineChoiceProps {
  place: Place;
  choices: readonly MachineView[];
}

export function MachineChoice({ place, choices }: MachineChoiceProps) {
  const words = t().new_session;
  if (choices.length === 1 && place.machine) {
    return (
      <p class="start-machine">
        <Icon name="machine" /> {words.on}{" "}
        <strong>
          <Foreign text={place.machine.machine_name} />
        </strong>
      </p>
    );
  }
  return (
    <RadioCards
      label={words.machine}
      columns
      value={place.machine?.machine_id ?? null}
      onChange={place.setMachine}
      cards={choices.map((machine) => ({
        value: machine.machine_id,
        title: <Foreign text={machine.machine_name} />,
        text: <Foreign text={machine.os_version} />,
        icon: <Icon name="machine" />,
        aside: machine.connected ? null : <MachineBadge machine={machine} />,
      }))}
    />
  );
}

export function WorkspaceChoice({ place }: { place: Place }) {
  const words = t().new_session;
  const workspaces = place.machine?.workspaces ?? [];
  return (
    <Field
      label={words.workspace}
      hint={workspaces.length === 0 ? words.no_workspace : words.workspace_hint}
    >
      {(ids) => (
        <Select
          {...ids}
          value={place.path}
          disabled={workspaces.length === 0}
          choices={workspaces.map((one) => ({ value: one, label: oneLine(one) }))}
          onChange={place.setPath}
        />
      )}
    </Field>
  );
}

interface AgentChoiceProps {
  place: Place;
  cards: readonly RadioCard<string>[];
  children?: ComponentChildren;
}

export function AgentChoice({ place, cards, children }: AgentChoiceProps) {
  return (
    <>
      <RadioCards
        label={t().new_session.agent}
        columns
        value={place.agent}
        onChange={place.setAgent}
        cards={cards}
      />
      <Missing place={place} />
      {children}
    </>
  );
}

/** Agents that are known and not there, and where to read how to get them. */
function Missing({ place: { machine } }: { place: Place }) {
  const words = t().new_session;
  const missing = (machine?.agents ?? []).filter((agent) => agent.missing !== undefined);
  if (!machine || missing.length === 0) {
    return null;
  }
  return (
    <p class="small faint start-missing">
      {words.missing(missing.map((agent) => oneLine(agent.title, 40)).join(", "))}{" "}
      <Link
        to={paths.machine(machine.machine_id)}
        onGo={() => {
          overlay.value = null;
        }}
      >
        {words.how_to_install}
      </Link>
    </p>
  );
}

interface PromptFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

export function PromptField({ label, placeholder, value, onChange }: PromptFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <textarea
          {...ids}
          class="input"
          rows={5}
          data-first
          placeholder={placeholder}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
