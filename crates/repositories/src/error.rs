//! Why something cannot be looked at.

use std::io;

use processes::SpawnError;

/// Why something cannot be looked at. Nothing in it is what git or a repository says: that may be
/// the text of a file from anywhere on the machine.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// There is no git.
    #[error("git is not installed on the machine, or not in the PATH of its daemon")]
    GitMissing,
    /// There is no repository.
    #[error("the workspace is in no Git repository")]
    NoRepository,
    /// What belongs to the repository lies where the machine's owner allows nothing.
    #[error("the workspace's Git repository lies outside of what this machine allows")]
    Outside,
    /// The repository is of a kind that is not understood.
    #[error("the workspace's Git repository is not understood: {0}")]
    Unsupported(&'static str),
    /// Git cannot read the repository.
    #[error("git cannot read the workspace's repository")]
    Unreadable,
    /// It takes too long.
    #[error("git takes too long over the workspace's repository")]
    Slow,
    /// The file is as it was committed, or there is none.
    #[error("there is no change of this file")]
    NotChanged,
    /// The file cannot be put back from here.
    #[error("this change cannot be discarded from here: {0}")]
    NotRestorable(&'static str),
    /// The file is withheld.
    #[error("this file is not shown")]
    Withheld,
    /// There is nothing yet that a worktree could begin with.
    #[error("the repository has no commit yet, so there is nothing a worktree could begin with")]
    NoCommit,
    /// The base is not known.
    #[error("the repository knows no commit {0:?}")]
    BaseUnknown(String),
    /// The branch cannot have this name.
    #[error("no branch can be called {0:?}")]
    BranchName(String),
    /// There is a branch of that name.
    #[error("there is a branch {0} already")]
    BranchExists(String),
    /// Git could not make the branch.
    #[error(
        "git cannot make the branch {0}: another one stands in its way, or it is being changed"
    )]
    BranchRefused(String),
    /// Something lies where the worktree would be.
    #[error("{0} is in the way of the worktree")]
    InTheWay(String),
    /// Git could not write the files.
    #[error(
        "git cannot write the worktree's files: a part of the repository is not on the machine"
    )]
    NotWritten,
    /// What lies there is not what was made.
    #[error("what lies at {0} is not the worktree that was made there")]
    NotTheWorktree(String),
    /// The system refuses.
    #[error("the machine's system refuses: {0}")]
    System(#[from] io::Error),
}

impl RepositoryError {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::GitMissing => "git_missing",
            Self::NoRepository => "no_repository",
            Self::Outside => "repository_outside",
            Self::Unsupported(_) => "repository_unsupported",
            Self::Unreadable => "repository_unreadable",
            Self::Slow => "repository_slow",
            Self::NotChanged => "file_not_changed",
            Self::NotRestorable(_) => "change_not_discardable",
            Self::Withheld => "file_not_permitted",
            Self::NoCommit => "repository_empty",
            Self::BaseUnknown(_) => "base_unknown",
            Self::BranchName(_) => "branch_invalid",
            Self::BranchExists(_) => "branch_exists",
            Self::BranchRefused(_) => "branch_refused",
            Self::InTheWay(_) | Self::NotTheWorktree(_) => "worktree_in_the_way",
            Self::NotWritten => "worktree_not_written",
            Self::System(_) => "file_system",
        }
    }
}

impl From<SpawnError> for RepositoryError {
    fn from(error: SpawnError) -> Self {
        match error {
            SpawnError::NoProgram(_) => Self::GitMissing,
            SpawnError::NoDirectory(_) => Self::NoRepository,
            SpawnError::System { source, .. } => Self::System(source),
        }
    }
}
