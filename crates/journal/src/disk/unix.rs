//! Unix: files are 0600 in directories that are 0700 from the moment they are made, and ours (S80).

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use crate::error::OpenError;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path)?;
    match path.parent() {
        Some(parent) if parent != Path::new("") => flush_directory(parent),
        _ => Ok(()),
    }
}

pub(super) fn check_directory(path: &Path) -> Result<(), OpenError> {
    let metadata = fs::symlink_metadata(path).map_err(OpenError::io("read", path))?;
    if !metadata.is_dir() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    check(&metadata, DIRECTORY_MODE, path)
}

pub(super) fn check_file(file: &File, path: &Path) -> Result<(), OpenError> {
    let metadata = file.metadata().map_err(OpenError::io("read", path))?;
    if !metadata.is_file() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    check(&metadata, FILE_MODE, path)
}

/// A symbolic link is not followed: somebody else may have put it there.
pub(super) fn open(path: &Path) -> io::Result<File> {
    options().open(path)
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    options().create_new(true).mode(FILE_MODE).open(path)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

pub(super) fn flush_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}

pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(bytes, offset)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    // `O_NONBLOCK`, so that a pipe in the place of a file does not hold us up before it is refused.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.read(true).write(true).custom_flags(flags.cast_signed());
    options
}

fn check(metadata: &Metadata, wanted: u32, path: &Path) -> Result<(), OpenError> {
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & !wanted != 0 {
        return Err(OpenError::TooOpen { path: path.to_owned(), mode, wanted });
    }
    Ok(())
}
