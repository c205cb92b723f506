//! Repositories, with the git of this computer.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod discarding;
mod hostile;
mod looking;
mod places;
mod scene;
mod worktrees;
