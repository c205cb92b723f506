//! What is said of worktrees of sessions, in English.

use contract::sessions::WorktreeView;
use model::session::WorktreeState;

use super::English;
use crate::words::worktrees::WorktreeWords;

impl WorktreeWords for English {
    fn worktree_label(&self) -> &'static str {
        "Worktree"
    }

    fn worktree(&self, worktree: &WorktreeView) -> String {
        let WorktreeView { source, branch, files, commits, detail, .. } = worktree;
        let detail = detail.as_ref().map(|detail| format!("; {detail}")).unwrap_or_default();
        match worktree.state {
            WorktreeState::InUse => format!("of {source}, on branch {branch}"),
            WorktreeState::Kept => format!(
                "kept, of {source}, on branch {branch}; uncommitted files: {files}, \
                unmerged commits: {commits}{detail}"
            ),
            WorktreeState::Removed => format!("removed{detail}"),
        }
    }

    fn discard_worktree(&self, path: &str) -> String {
        format!("Remove {path} with whatever is in it and nowhere else?")
    }

    fn worktree_removed(&self, path: &str, detail: Option<&str>) -> String {
        match detail {
            Some(detail) => format!("Removed {path}; {detail}"),
            None => format!("Removed {path}"),
        }
    }
}
