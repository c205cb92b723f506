//! Unix: owners and permission bits.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::store::StoreError;

pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// A new file that its owner alone may start.
pub(crate) fn new_program(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o700).open(path)
}

/// Makes the names in a folder survive a power cut.
pub(crate) fn flush_names(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// An administrator who runs somebody's machine by mistake starts nothing that is theirs.
pub(crate) fn check_owner(path: &Path) -> Result<(), StoreError> {
    let metadata = fs::symlink_metadata(path).map_err(StoreError::io("look at", path))?;
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if !is_ours || metadata.mode() & 0o022 != 0 || metadata.is_symlink() {
        return Err(StoreError::NotOurs(path.to_owned()));
    }
    Ok(())
}
