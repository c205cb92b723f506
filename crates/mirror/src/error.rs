//! Why something is not done.

use std::io;

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The server keeps no copies.
    #[error("this server keeps no copies of workspaces")]
    Off,
    /// An administrator had the copy removed.
    #[error("an administrator of the server had this copy removed")]
    Removed,
    /// The machine's copies together would be larger than they may be.
    #[error("the machine's copies would have {wanted} bytes, and may have {limit}")]
    Quota {
        /// How large they would be.
        wanted: u64,
        /// How large they may be.
        limit: u64,
    },
    /// The machine's copies would have too many files.
    #[error("the machine's copies would have {wanted} files, and may have {limit}")]
    TooManyFiles {
        /// How many there would be.
        wanted: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The machine has too many copies.
    #[error("a machine has copies of at most {limit} workspaces")]
    TooManyCopies {
        /// How many it may have.
        limit: usize,
    },
    /// The server's disk is full.
    #[error("the server has no room for it")]
    NoRoom,
    /// It is not being told, or not any more.
    #[error("the copy is not being told any more; begin again")]
    Unknown,
    /// What is told makes no sense.
    #[error("{0}")]
    Malformed(&'static str),
    /// There is no such thing.
    #[error("there is no such file in the copy")]
    NotFound,
    /// It is a directory.
    #[error("this is a directory")]
    NotAFile,
    /// The system refused.
    #[error(transparent)]
    Io(io::Error),
}

impl MirrorError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "mirror_off",
            Self::Removed => "mirror_removed",
            Self::Quota { .. } => "mirror_quota",
            Self::TooManyFiles { .. } => "mirror_too_many_files",
            Self::TooManyCopies { .. } => "mirror_too_many_copies",
            Self::NoRoom => "server_disk_full",
            Self::Unknown => "mirror_unknown",
            Self::Malformed(_) => "bad_request",
            Self::NotFound => "file_missing",
            Self::NotAFile => "not_a_file",
            Self::Io(_) => "internal",
        }
    }
}

impl From<io::Error> for MirrorError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom,
            _ => Self::Io(error),
        }
    }
}
