//! The few things that are asked of the operating system, so that tests can cut the power between
//! any two of them.

mod local;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::OpenError;

pub(crate) use local::{LocalDisk, private_directory};

/// A directory of files.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Opens a file for reading and writing; `None` if there is none.
    fn open(&self, path: &Path) -> Result<Option<Arc<dyn DiskFile>>, OpenError>;

    /// Makes an empty file that only this user may read, in place of what was there. It may be
    /// gone after a power cut until [`Disk::flush_directory`].
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;

    /// Gives a file another name, in place of the one that had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file, if there is one.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes names survive a power cut.
    fn flush_directory(&self, path: &Path) -> io::Result<()>;

    /// The files of a directory, with their sizes.
    fn files(&self, path: &Path) -> io::Result<Vec<(PathBuf, u64)>>;
}

/// An open file.
pub(crate) trait DiskFile: Debug + Send + Sync {
    /// How long it is.
    fn len(&self) -> io::Result<u64>;

    /// Reads until the buffer is full or the file ends; gives how much.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes everything.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts it off.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Makes what was written survive a power cut. After an error nobody knows what is on disk.
    fn flush(&self) -> io::Result<()>;
}

/// Whether an error says that there is no room, and nothing else is wrong.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
