//! Why something is not done with a file.

use std::io;

/// Why something is not done with a file.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The name is none that could be beneath a directory.
    #[error("this is no path in a workspace: {0}")]
    Malformed(&'static str),
    /// What has this name belongs to Git itself.
    #[error("what is in .git is changed by git alone")]
    Reserved,
    /// There is nothing of that name.
    #[error("there is no such file or directory")]
    Missing,
    /// The name leads out of the workspace.
    #[error("this leads out of the workspace")]
    Outside,
    /// A file stands where a directory is meant.
    #[error("this is not a directory")]
    NotADirectory,
    /// A directory, a pipe, a socket or a device stands where a file is meant.
    #[error("this is not a regular file")]
    NotAFile,
    /// There is something of that name.
    #[error("there is something of that name already")]
    Exists,
    /// The file became another one while it was read.
    #[error("the file has changed meanwhile")]
    Changed,
    /// A part does not follow the one before it.
    #[error("this part does not follow what was written before it")]
    OutOfOrder,
    /// There is more than fits.
    #[error("this is larger than {limit} {unit}")]
    TooLarge {
        /// The most that fits.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// The disk is full, or the user's part of it.
    #[error("the machine's disk is full")]
    NoSpace,
    /// The user under whom the machine works may not do that.
    #[error("the machine's user may not do that")]
    NotPermitted,
    /// Anything else.
    #[error("the machine's file system refuses: {0}")]
    System(#[source] io::Error),
}

impl FilesError {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "path_invalid",
            Self::Reserved => "path_reserved",
            Self::Missing => "file_missing",
            Self::Outside => "path_outside",
            Self::NotADirectory => "not_a_directory",
            Self::NotAFile => "not_a_file",
            Self::Exists => "file_exists",
            Self::Changed => "file_changed",
            Self::OutOfOrder => "upload_out_of_order",
            Self::TooLarge { .. } => "file_too_large",
            Self::NoSpace => "machine_disk_full",
            Self::NotPermitted => "file_not_permitted",
            Self::System(_) => "file_system",
        }
    }
}

#[cfg(unix)]
impl From<rustix::io::Errno> for FilesError {
    fn from(errno: rustix::io::Errno) -> Self {
        use rustix::io::Errno;
        match errno {
            Errno::NOENT => Self::Missing,
            // What the kernel says of a name that leads out, and of a link that is not to be
            // followed (openat2(2)).
            Errno::XDEV | Errno::LOOP => Self::Outside,
            Errno::NOTDIR => Self::NotADirectory,
            // Opening a socket answers the second.
            Errno::ISDIR | Errno::NXIO => Self::NotAFile,
            Errno::EXIST => Self::Exists,
            Errno::NAMETOOLONG => Self::Malformed("a name is too long"),
            Errno::NOSPC | Errno::DQUOT => Self::NoSpace,
            Errno::ACCESS | Errno::PERM | Errno::ROFS => Self::NotPermitted,
            other => Self::System(other.into()),
        }
    }
}

#[cfg(unix)]
impl From<io::Error> for FilesError {
    fn from(error: io::Error) -> Self {
        match rustix::io::Errno::from_io_error(&error) {
            Some(errno) => errno.into(),
            None => Self::System(error),
        }
    }
}
