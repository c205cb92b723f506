import { plural } from "./plural";

export const worktree = {
  title: "Worktree",
  own: "In a worktree of its own",
  own_text:
    "Files and a branch of its own, so that sessions do not get in each other's way. Needs a Git repository.",
  branch: "Branch",
  branch_placeholder: "Named after the session",
  base: "From",
  base_placeholder: "The last commit",
  on_branch: (branch: string) => `Branch ${branch}.`,
  of: (source: string) => `of ${source}`,
  kept: "Its worktree was kept.",
  removed: "Its worktree was removed.",
  holds: (files: number, commits: number) =>
    `In it: ${plural(files, "uncommitted file")}, ${plural(commits, "commit")} that no other branch has.`,
  remove: "Remove worktree",
  remove_title: "Remove this worktree?",
  remove_text: "If it holds what is nowhere else, you are asked again.",
  remove_all: "Remove with all that",
  lost: "It holds what is nowhere else.",
  branch_stays: "Commits on its branch stay.",
};
