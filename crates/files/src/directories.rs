//! Directories that are made.

use crate::{FilesError, RelativePath, Root, system};

/// Makes a directory in one that is there.
pub fn create(root: &Root, path: &RelativePath) -> Result<(), FilesError> {
    let (parent, name) = path.to_be_made()?;
    system::make_directory(root.beneath(&parent)?.opened(), name)
}
