//! Windows: access lists, and names that are on the disk when they are made.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use host::private::{self, PrivateError};

use crate::store::StoreError;

/// It takes its access list from the folder, which is private.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path)
}

/// A new file that its owner alone may start.
pub(crate) fn new_program(path: &Path) -> io::Result<File> {
    private::create_file(path)
}

/// A folder cannot be flushed. The files in it were, each with its name.
pub(crate) const fn flush_names(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// An administrator who runs somebody's machine by mistake starts nothing that is theirs, and nobody
/// starts what others can change.
pub(crate) fn check_owner(path: &Path) -> Result<(), StoreError> {
    let metadata = fs::symlink_metadata(path).map_err(StoreError::io("look at", path))?;
    let checked = match () {
        () if metadata.is_symlink() => return Err(StoreError::NotOurs(path.to_owned())),
        () if metadata.is_dir() => private::check_directory(path),
        () => private::check_file(path),
    };
    match checked {
        Err(PrivateError::OpenToOthers { path, .. }) => Err(StoreError::NotOurs(path)),
        checked => Ok(checked?),
    }
}
