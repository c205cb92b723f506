//! That a session works in a worktree of its own, as the command line says it.

use contract::sessions::WantedWorktree;

/// That a session works in a worktree of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Worktree")]
pub(crate) struct WorktreeFlags {
    /// Work in a worktree that is made for it: files and a branch of its own, of the Git repository
    /// in which the directory lies. It goes with the session, unless it holds what is nowhere else.
    #[arg(long)]
    pub worktree: bool,

    /// Branch that is made for the worktree [default: one that is named after the session].
    #[arg(long, value_name = "NAME", requires = "worktree")]
    pub branch: Option<String>,

    /// Branch, tag or commit with which the worktree begins [default: the last commit].
    #[arg(long, value_name = "COMMIT", requires = "worktree")]
    pub base: Option<String>,
}

impl WorktreeFlags {
    /// The worktree that is wanted, if one is.
    pub(crate) fn wanted(&self) -> Option<WantedWorktree> {
        let Self { worktree, branch, base } = self.clone();
        worktree.then_some(WantedWorktree { branch, base })
    }
}
