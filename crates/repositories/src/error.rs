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
