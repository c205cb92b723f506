//! Windows: an access list for the user, the system and the administrators, which takes nothing from
//! the directory above.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_BACKUP_SEMANTICS, READ_CONTROL};

use super::{PrivateError, Sort, access};
use crate::win32;

pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    win32::create_directory(path, &access::rules_for(&win32::own_sid()?, true))
}

pub(super) fn create_file(path: &Path) -> io::Result<File> {
    win32::create_file(path, &access::rules_for(&win32::own_sid()?, false))
}

pub(super) fn check(path: &Path, sort: Sort) -> Result<(), PrivateError> {
    // With the flag directories are opened too.
    let mut options = OpenOptions::new();
    options.access_mode(READ_CONTROL).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    let rules = options.open(path).and_then(|file| win32::rules_of(&file));
    let rules = rules.map_err(PrivateError::io("look at", path))?;
    let own = win32::own_sid().map_err(PrivateError::io("look at", path))?;
    let others = access::others(&rules, &own);
    if others.is_empty() {
        return Ok(());
    }
    Err(PrivateError::OpenToOthers {
        path: path.to_owned(),
        who: others.join(", "),
        mended_by: access::mended_by(path, sort == Sort::Directory, &rules, &own),
    })
}

/// `MoveFileEx` promises that the new name is on the disk, but takes no name from a file that
/// somebody has open. That the standard library does; then the file itself is flushed, its name with
/// it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match win32::rename(from, to) {
        Err(error) if is_open_elsewhere(&error) && from.is_file() => {
            fs::rename(from, to)?;
            OpenOptions::new().write(true).open(to)?.sync_all()
        }
        renamed => renamed,
    }
}

fn is_open_elsewhere(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION))
}
