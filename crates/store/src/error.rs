//! What can go wrong with the database, and what to do about it.

use std::path::PathBuf;

/// The database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It could not be opened or brought up to date.
    #[error("open the database {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: sqlx::Error,
    },
    /// Another server works with it.
    #[error("the database {} is in use by another server", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It could not be claimed.
    #[error("claim the database with {}", path.display())]
    Claim {
        /// The lock file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Its layout could not be brought up to date.
    #[error("bring the database {} up to date", path.display())]
    Migrate {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: sqlx::migrate::MigrateError,
    },
    /// It was written by a newer release.
    #[error("the database {} was written by a newer release; install that release or restore a backup", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// It is not what a database looks like.
    #[error("the database {} is damaged: {found}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found, in SQLite's words.
        found: String,
    },
    /// A statement failed.
    #[error("{statement}")]
    Statement {
        /// The name of the statement.
        statement: &'static str,
        /// Why it failed.
        source: sqlx::Error,
    },
    /// A row holds what no row may hold.
    #[error("column {column} holds {problem}")]
    Column {
        /// Which column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A commit failed; nothing more is written until the server is started again, because what
    /// reached the disk is not known any more.
    #[error("the database stopped accepting writes: {0}")]
    Stopped(String),
    /// The batch of writes was undone as a whole, for example because the disk is full.
    #[error("the write was undone: {0}")]
    Undone(String),
}

impl StoreError {
    /// Whether the same call may work later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Undone(_))
    }

    /// Whether a row with the same unique value exists already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Statement { source: sqlx::Error::Database(error), .. } if error.is_unique_violation())
    }

    /// Whether the disk is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Statement { source: sqlx::Error::Database(error), .. } => {
                error.message().contains("database or disk is full")
            }
            Self::Undone(message) => message.contains("database or disk is full"),
            _ => false,
        }
    }
}
