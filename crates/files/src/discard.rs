//! Files that are put back as they were, with what is there kept elsewhere first.

use std::fs::File;
use std::path::Path;

use crate::system::{self, Links};
use crate::{FilesError, Kind, RelativePath, Root};

/// Copies a file out of the workspace, to a place that is not there yet, durably and for its user
/// alone. Answers whether there is such a file. No link is followed.
pub fn keep(root: &Root, path: &RelativePath, place: &Path) -> Result<bool, FilesError> {
    let opened = match root.open_to_read(path, Links::Refused) {
        Err(FilesError::Missing) => return Ok(false),
        opened => opened?,
    };
    if system::look(&opened)?.0.kind != Kind::File {
        return Err(FilesError::NotAFile);
    }
    let mut copy = system::make_private_file(place)?;
    std::io::copy(&mut File::from(opened), &mut copy)?;
    copy.sync_all()?;
    Ok(true)
}

/// Removes a file, durably; one that is gone already is fine.
pub fn remove(root: &Root, path: &RelativePath) -> Result<(), FilesError> {
    let (directory, name) = path.to_be_made()?;
    system::remove_file(root.beneath(&directory)?.opened(), name)
}
