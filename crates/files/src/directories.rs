//! Directories that are made.

use rustix::fs::{Mode, mkdirat};

use crate::{FilesError, RelativePath, Root};

/// Makes a directory in one that is there.
pub fn create(root: &Root, path: &RelativePath) -> Result<(), FilesError> {
    let (parent, name) = path.to_be_made()?;
    let parent = root.beneath(&parent)?;
    Ok(mkdirat(&parent, name, Mode::from_raw_mode(0o777))?)
}
