//! What is wanted in several bodies, as the use cases want it.

use contract::sessions::WantedWorktree;
use control::worktrees::WorktreeRequest;

/// The worktree in which something is done.
pub(crate) fn wanted_worktree(body: WantedWorktree) -> WorktreeRequest {
    let WantedWorktree { branch, base } = body;
    WorktreeRequest { branch, base }
}
