/** Where work is to be done and with whom, beginning with what was chosen last time. */

import { useState } from "preact/hooks";

import type { InstalledAgent, MachineView } from "../../api/types";
import { keep, recall } from "../../app/storage";
import { fields, text } from "../../transcript/fields";

/** A terminal without an agent runs the shell. */
export const SHELL = "";

export interface PlaceWish {
  /** The machine that is asked for; null for the one that was chosen last. */
  machineId: string | null;
  /** Those that can be chosen, the likeliest first. */
  machines: readonly MachineView[];
  /** What can be started on a machine, by name. */
  offers: (machine: MachineView) => readonly string[];
  /** What was asked for; null for what was chosen last. */
  agent: string | null;
}

export interface Place {
  machine: MachineView | undefined;
  setMachine: (id: string) => void;
  path: string;
  setPath: (path: string) => void;
  /** Null where nothing can be started. */
  agent: string | null;
  setAgent: (name: string) => void;
  found: InstalledAgent | undefined;
  isComplete: boolean;
  /** Remembers the choice for the next time. */
  remember: (more?: Readonly<Record<string, unknown>>) => void;
}

/** What was chosen last time. */
export function lastChoice(): Readonly<Record<string, unknown>> {
  return fields(recall("new-session"));
}

export function usePlace(wish: PlaceWish): Place {
  const last = lastChoice();
  const [chosenMachine, setMachine] = useState(wish.machineId ?? text(last.machine));
  const [chosenPath, setPath] = useState(text(last.path));
  const [chosenAgent, setAgent] = useState<string | null>(wish.agent ?? (text(last.agent) || null));
  const machine = wish.machines.find((one) => one.machine_id === chosenMachine) ?? wish.machines[0];
  const path =
    machine?.workspaces.find((one) => one === chosenPath) ?? machine?.workspaces[0] ?? "";
  const offers = machine ? wish.offers(machine) : [];
  const agent = offers.find((one) => one === chosenAgent) ?? offers[0] ?? null;
  return {
    machine,
    setMachine,
    path,
    setPath,
    agent,
    setAgent,
    found: machine?.agents.find((one) => one.name === agent),
    isComplete: machine !== undefined && path !== "" && agent !== null,
    remember: (more) => {
      keep("new-session", { ...last, machine: machine?.machine_id, path, agent, ...more });
    },
  };
}

/** The agents that are there. */
export function usable(machine: MachineView): readonly InstalledAgent[] {
  return machine.agents.filter((agent) => agent.missing === undefined);
}
