/** What may be done without a person, as it is asked for. */

import { useState } from "preact/hooks";

import type { PermissionMode, PolicyOptions, ToolName } from "../../api/types";

export const PRESETS = ["ask", "safe-readonly", "dev-default", "full-auto"] as const;
export type PresetName = (typeof PRESETS)[number];

export const MODES: readonly PermissionMode[] = ["approve-reads", "approve-all", "deny-all"];

/** The tools that policies know, as a person looks for them. */
export const TOOLS: readonly ToolName[] = [
  "Read",
  "Glob",
  "Grep",
  "LS",
  "Edit",
  "MultiEdit",
  "Write",
  "NotebookEdit",
  "Bash",
  "WebFetch",
  "WebSearch",
  "TodoWrite",
];

/** What is chosen; an empty word leaves the part to the preset. */
export interface PolicyWish {
  preset: string;
  mode: PermissionMode | "";
  /** The only tools that may be used; none leaves it to the preset. */
  only: readonly ToolName[];
  never: readonly ToolName[];
  auth: "skip" | "fail" | "";
  unasked: "deny" | "fail" | "";
  maxTurns: string;
}

export interface Policy {
  wish: PolicyWish;
  change: (change: Partial<PolicyWish>) => void;
}

/** `begun` is what is chosen already. */
export function usePolicy(preset: string, begun: Partial<PolicyWish> = {}): Policy {
  const [wish, setWish] = useState<PolicyWish>({
    preset,
    mode: "",
    only: [],
    never: [],
    auth: "",
    unasked: "",
    maxTurns: "",
    ...begun,
  });
  return { wish, change: (change) => setWish((before) => ({ ...before, ...change })) };
}

/** As the interface takes it: what was not chosen is left out. */
export function optionsOf(wish: PolicyWish): PolicyOptions {
  const turns = Number.parseInt(wish.maxTurns, 10);
  return {
    permission_preset: wish.preset,
    ...(wish.mode === "" ? {} : { permissions: wish.mode }),
    ...(wish.only.length === 0 ? {} : { allowed_tools: [...wish.only] }),
    ...(wish.never.length === 0 ? {} : { denied_tools: [...wish.never] }),
    ...(wish.auth === "" ? {} : { auth_policy: wish.auth }),
    ...(wish.unasked === "" ? {} : { non_interactive_permissions: wish.unasked }),
    ...(turns > 0 ? { max_turns: turns } : {}),
  };
}

/** Whether everything goes ahead without a person. */
export function asksNobody({ preset, mode }: PolicyWish): boolean {
  return mode === "approve-all" || (mode === "" && preset === "full-auto");
}
