//! Files that are put back as they were, with what is there kept elsewhere first.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{AtFlags, OFlags, fstat, fsync, statat, unlinkat};
use rustix::io::Errno;

use crate::{Facts, FilesError, Kind, RelativePath, Root};

/// Copies a file out of the workspace, to a place that is not there yet, durably and for its user
/// alone. Answers whether there is such a file. No link is followed.
pub fn keep(root: &Root, path: &RelativePath, place: &Path) -> Result<bool, FilesError> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
    let opened = match root.open_beneath(path, flags) {
        Err(FilesError::Missing) => return Ok(false),
        opened => opened?,
    };
    if Facts::of(&fstat(&opened)?).kind != Kind::File {
        return Err(FilesError::NotAFile);
    }
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)?;
    std::io::copy(&mut File::from(opened), &mut copy)?;
    copy.sync_all()?;
    Ok(true)
}

/// Removes a file, durably; one that is gone already is fine.
pub fn remove(root: &Root, path: &RelativePath) -> Result<(), FilesError> {
    let (directory, name) = path.to_be_made()?;
    let directory = root.beneath(&directory)?;
    match statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(()),
        Ok(stat) if Facts::of(&stat).kind == Kind::File => {}
        Ok(_) => return Err(FilesError::NotAFile),
        Err(errno) => return Err(errno.into()),
    }
    unlinkat(&directory, name, AtFlags::empty())?;
    Ok(fsync(&directory)?)
}
