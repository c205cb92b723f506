/** Whether a session or a job works in a worktree of its own, and on which branch. */

import { useState } from "preact/hooks";

import type { WantedWorktree } from "../../api/types";
import { t } from "../../i18n";
import { Switch, TextField } from "../../ui/field";

export type WorktreeWish = ReturnType<typeof useWorktree>;

export function useWorktree() {
  const [isWanted, setWanted] = useState(false);
  const [branch, setBranch] = useState("");
  const [base, setBase] = useState("");
  return { isWanted, setWanted, branch, setBranch, base, setBase };
}

/** As the server is asked for it: nothing where none is wanted. */
export function worktreeOf({ isWanted, branch, base }: WorktreeWish): {
  worktree?: WantedWorktree;
} {
  if (!isWanted) {
    return {};
  }
  return {
    worktree: {
      ...(branch.trim() ? { branch: branch.trim() } : {}),
      ...(base.trim() ? { base: base.trim() } : {}),
    },
  };
}

export function WorktreeChoice({ wish }: { wish: WorktreeWish }) {
  const words = t().worktree;
  return (
    <div class="start-worktree" data-about="worktree">
      <Switch label={words.own} checked={wish.isWanted} onChange={wish.setWanted} />
      <p class="small faint">{words.own_text}</p>
      {wish.isWanted && (
        <div class="start-pair">
          <TextField
            label={words.branch}
            value={wish.branch}
            onChange={wish.setBranch}
            placeholder={words.branch_placeholder}
            maxLength={200}
          />
          <TextField
            label={words.base}
            value={wish.base}
            onChange={wish.setBase}
            placeholder={words.base_placeholder}
            maxLength={200}
          />
        </div>
      )}
    </div>
  );
}
