//! The worktrees that were made for sessions.

use model::SessionId;
use model::session::{Worktree, WorktreeState};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{StoreError, Tx};

statements! {
    SET = "UPDATE sessions SET worktree_source = $2, worktree_branch = $3, worktree_base = $4,
            worktree_state = $5, worktree_files = $6, worktree_commits = $7, worktree_detail = $8
        WHERE id = $1";
}

impl Tx {
    /// Notes a session's worktree, and what became of it.
    pub async fn session_set_worktree(
        &mut self,
        id: SessionId,
        worktree: &Worktree,
    ) -> Result<(), StoreError> {
        sqlx::query(SET)
            .bind(id.as_uuid())
            .bind(&worktree.source)
            .bind(&worktree.branch)
            .bind(&worktree.base)
            .bind(worktree.state.as_str())
            .bind(worktree.files)
            .bind(worktree.commits)
            .bind(&worktree.detail)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note a session's worktree"))
    }
}

/// The worktree of a session's row.
pub(super) fn worktree(row: &SqliteRow) -> Result<Option<Worktree>, StoreError> {
    let Some(state) = row.maybe_word::<WorktreeState>("worktree_state")? else { return Ok(None) };
    let count = |column| Ok(row.maybe_count(column)?.and_then(|n| n.try_into().ok()).unwrap_or(0));
    Ok(Some(Worktree {
        source: row.maybe_text("worktree_source")?.unwrap_or_default(),
        branch: row.maybe_text("worktree_branch")?.unwrap_or_default(),
        base: row.maybe_text("worktree_base")?.unwrap_or_default(),
        state,
        files: count("worktree_files")?,
        commits: count("worktree_commits")?,
        detail: row.maybe_text("worktree_detail")?,
    }))
}
