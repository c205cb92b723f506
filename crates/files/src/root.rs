//! The directory beneath which everything stays.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, Mode, OFlags, openat};

use crate::{FilesError, RelativePath, beneath};

/// An open directory beneath which everything stays, wherever it is moved to meanwhile.
#[derive(Debug)]
pub struct Root {
    directory: OwnedFd,
    /// Directories that are withheld wherever they lie, symbolic links resolved.
    withheld: Arc<[PathBuf]>,
}

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

impl Root {
    /// Opens a directory that is trusted: whoever says its name decides where it is.
    pub fn open(path: &Path) -> Result<Self, FilesError> {
        let directory = openat(CWD, path, DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { directory, withheld: Arc::default() })
    }

    /// Withholds these directories with everything in them, whatever leads there. Their names are
    /// still listed in the directories above them.
    pub fn withholding(self, withheld: Vec<PathBuf>) -> Self {
        Self { withheld: withheld.into(), ..self }
    }

    /// A directory beneath it as a root of its own.
    pub fn beneath(&self, path: &RelativePath) -> Result<Self, FilesError> {
        let directory = self.open_beneath(path, DIRECTORY)?;
        Ok(Self { directory, withheld: self.withheld.clone() })
    }

    pub(crate) fn open_beneath(
        &self,
        path: &RelativePath,
        flags: OFlags,
    ) -> Result<OwnedFd, FilesError> {
        let opened = beneath::open(self.as_fd(), path, flags)?;
        if self.withheld.is_empty() {
            return Ok(opened);
        }
        // Asked of what was opened, so that it does not matter by which name.
        let place = beneath::place(&opened)?;
        if self.withheld.iter().any(|withheld| place.starts_with(withheld)) {
            return Err(FilesError::NotPermitted);
        }
        Ok(opened)
    }
}

impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }
}
