//! The directory beneath which everything stays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::system::{self, Links, Opened};
use crate::{FilesError, RelativePath};

/// An open directory beneath which everything stays, wherever it is moved to meanwhile.
#[derive(Debug)]
pub struct Root {
    directory: Opened,
    /// Directories that are withheld wherever they lie, symbolic links resolved.
    withheld: Arc<[PathBuf]>,
}

impl Root {
    /// Opens a directory that is trusted: whoever says its name decides where it is.
    pub fn open(path: &Path) -> Result<Self, FilesError> {
        let directory = system::open_trusted(path)?;
        Ok(Self { directory, withheld: Arc::default() })
    }

    /// Withholds these directories with everything in them, whatever leads there. Their names are
    /// still listed in the directories above them.
    pub fn withholding(self, withheld: Vec<PathBuf>) -> Self {
        Self { withheld: withheld.into(), ..self }
    }

    /// A directory beneath it as a root of its own.
    pub fn beneath(&self, path: &RelativePath) -> Result<Self, FilesError> {
        let directory = self.unless_withheld(system::open_directory(&self.directory, path)?)?;
        Ok(Self { directory, withheld: self.withheld.clone() })
    }

    pub(crate) fn open_to_read(
        &self,
        path: &RelativePath,
        links: Links,
    ) -> Result<Opened, FilesError> {
        self.unless_withheld(system::open_to_read(&self.directory, path, links)?)
    }

    pub(crate) fn open_to_look(&self, path: &RelativePath) -> Result<Opened, FilesError> {
        self.unless_withheld(system::open_to_look(&self.directory, path)?)
    }

    pub(crate) const fn opened(&self) -> &Opened {
        &self.directory
    }

    /// Asked of what was opened, so that it does not matter by which name.
    fn unless_withheld(&self, opened: Opened) -> Result<Opened, FilesError> {
        for withheld in &*self.withheld {
            if system::is_within(&opened, withheld)? {
                return Err(FilesError::NotPermitted);
            }
        }
        Ok(opened)
    }
}
