//! What is said of worktrees of sessions.

use contract::sessions::WorktreeView;

/// What is said of worktrees of sessions. Names that go in are escaped by who prints them.
pub(crate) trait WorktreeWords {
    fn worktree_label(&self) -> &'static str;
    fn worktree(&self, worktree: &WorktreeView) -> String;
    fn discard_worktree(&self, path: &str) -> String;
    fn worktree_removed(&self, path: &str, detail: Option<&str>) -> String;
}
