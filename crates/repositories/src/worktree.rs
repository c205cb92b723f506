//! A second set of a repository's files, with a branch of its own (git-worktree(1)), made without
//! anything that the repository brings being run.
//!
//! It lies in the top of the repository's files, in a directory that git ignores. So it is allowed
//! where the repository is, and forbidden with it. What git would do by itself is done here step by
//! step: `git worktree add` believes the repository's settings, runs its hooks and the filters that
//! its attributes name.
//!
//! - `plan`: whether one can be made, and what it would be
//! - `making`: making it, whole or not at all
//! - `holding`: what it holds that is nowhere else
//! - `removing`: taking it away again

mod holding;
mod making;
mod plan;
mod removing;

use std::path::PathBuf;

pub use holding::{Holding, holding};
pub use making::make;
pub use plan::{Wanted, plan};
pub use removing::{Branch, remove};

/// A worktree that was made here, or could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// The top of its files.
    pub tree: PathBuf,
    /// From there down to the workspace, with `/` between names; empty if it is the same.
    pub prefix: String,
    /// What git keeps of it alone.
    pub git: PathBuf,
    /// What it shares with the repository.
    pub common: PathBuf,
    /// The branch that was made for it.
    pub branch: String,
    /// The commit with which it began, in hexadecimal.
    pub base: String,
}

impl Worktree {
    /// The directory in which work is done.
    pub fn workspace(&self) -> PathBuf {
        // Joining nothing would add a slash.
        if self.prefix.is_empty() { self.tree.clone() } else { self.tree.join(&self.prefix) }
    }

    /// Where all worktrees of its repository are.
    fn place(&self) -> Option<&std::path::Path> {
        self.tree.parent()
    }
}
