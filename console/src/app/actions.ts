/** What can be done from everywhere, by key and from the palette. */

import { t } from "../i18n";
import { MOD } from "../keyboard/keys";
import type { Shortcuts } from "../keyboard/shortcuts";
import type { IconName } from "../ui/icon";
import { account, leave } from "./account";
import { toastProblem } from "./problem";
import { go, path, paths } from "./router";
import { isOperator, listed, mayWork, type Overlay, overlay } from "./state";

export interface Action {
  id: string;
  label: string;
  icon: IconName;
  /** As written on keys. */
  keys: readonly string[];
  /** As `keyboard/shortcuts` names it; null for actions without a key. */
  shortcut: string | null;
  run: () => void;
}

/** Every action that this person may use. */
export function actions(): readonly Action[] {
  const words = t().actions;
  const state = account.value;
  const user = state.state === "signed_in" ? state.user : null;
  const goes = (id: keyof typeof words, letter: string, icon: IconName, to: string): Action => ({
    id,
    label: words[id],
    icon,
    keys: ["G", letter.toUpperCase()],
    shortcut: `g ${letter}`,
    run: () => go(to),
  });
  return [
    ...(mayWork(user)
      ? [
          newSession("new_session", "chat", "plus", ["C"], "c"),
          newSession("new_terminal", "terminal", "shell", [], null),
          over("new_job", "jobs", { kind: "new_job" }),
        ]
      : []),
    ...(isOperator(user) ? [over("add_machine", "machine", { kind: "enrol" })] : []),
    goes("go_home", "h", "home", paths.home),
    goes("go_inbox", "i", "inbox", paths.inbox),
    goes("go_machines", "m", "machine", paths.machines),
    goes("go_sessions", "l", "list", paths.sessions),
    goes("go_jobs", "o", "jobs", paths.jobs),
    goes("go_usage", "u", "chart", paths.usage()),
    ...(isOperator(user) ? [goes("go_manage", "a", "gauge", paths.manage())] : []),
    goes("go_settings", "s", "settings", paths.settings()),
    step("next_session", "j", 1),
    step("previous_session", "k", -1),
    {
      id: "palette",
      label: words.palette,
      icon: "command",
      keys: [MOD, "K"],
      shortcut: "mod+k",
      run: () => {
        overlay.value = overlay.value?.kind === "palette" ? null : { kind: "palette" };
      },
    },
    {
      id: "shortcuts",
      label: words.shortcuts,
      icon: "keyboard",
      keys: ["?"],
      shortcut: "?",
      run: () => {
        overlay.value = { kind: "shortcuts" };
      },
    },
    {
      id: "sign_out",
      label: words.sign_out,
      icon: "sign_out",
      keys: [],
      shortcut: null,
      run: () => void leave().catch(toastProblem),
    },
  ];
}

/** The same by key. */
export function shortcuts(): Shortcuts {
  const withKey = actions().flatMap(({ shortcut, run }): [string, () => void][] =>
    shortcut === null ? [] : [[shortcut, run]],
  );
  const search = () => document.querySelector<HTMLInputElement>("[data-search]")?.focus();
  return new Map([...withKey, ["/", search]]);
}

function newSession(
  id: "new_session" | "new_terminal",
  sessionKind: "chat" | "terminal",
  icon: IconName,
  keys: readonly string[],
  shortcut: string | null,
): Action {
  const run = () => {
    overlay.value = { kind: "new_session", machineId: null, sessionKind };
  };
  return { id, label: t().actions[id], icon, keys, shortcut, run };
}

/** Opens something over the page; without a key of its own. */
function over(id: "new_job" | "add_machine", icon: IconName, what: Overlay): Action {
  const run = () => {
    overlay.value = what;
  };
  return { id, label: t().actions[id], icon, keys: [], shortcut: null, run };
}

/** To the session below or above in the list. */
function step(id: "next_session" | "previous_session", key: string, by: 1 | -1): Action {
  const run = () => {
    const all = listed.value;
    const here = all.findIndex(({ session }) => path.value === paths.session(session.session_id));
    const next = all.at((here < 0 && by < 0 ? 0 : here) + by) ?? all[0];
    if (next && all.length > 0) {
      go(paths.session(next.session.session_id));
    }
  };
  const icon = by > 0 ? "arrow_down" : "arrow_up";
  return { id, label: t().actions[id], icon, keys: [key.toUpperCase()], shortcut: key, run };
}
