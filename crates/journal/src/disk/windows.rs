//! Windows: the directory lies below the user's profile, whose access list new files inherit.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::FileExt;
use std::path::Path;

use crate::error::OpenError;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

pub(super) fn check_directory(path: &Path) -> Result<(), OpenError> {
    let metadata = fs::symlink_metadata(path).map_err(OpenError::io("read", path))?;
    if !metadata.is_dir() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    Ok(())
}

pub(super) fn check_file(file: &File, path: &Path) -> Result<(), OpenError> {
    let metadata = file.metadata().map_err(OpenError::io("read", path))?;
    if !metadata.is_file() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    Ok(())
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// NTFS logs changes of names itself, and a directory cannot be flushed.
pub(super) fn flush_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buffer, offset)
}

pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(bytes, offset)
}
