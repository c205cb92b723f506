//! Windows: files and directories have an access list for the user, the system and the administrators
//! from the moment they are made (S80), and names are on the disk when the call that made them is
//! done, because a directory cannot be flushed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};

use crate::error::OpenError;

/// `FILE_FLAG_OPEN_REPARSE_POINT` of `winbase.h`: what is opened is the link itself.
const NOT_THROUGH_LINKS: u32 = 0x0020_0000;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| *parent != Path::new("")) {
        make_directory(parent)?;
    }
    private::directory(path).map_err(|error| match error {
        PrivateError::Io { source, .. } => source,
        other => io::Error::other(other),
    })
}

pub(super) fn check_directory(path: &Path) -> Result<(), OpenError> {
    let metadata = fs::symlink_metadata(path).map_err(OpenError::io("read", path))?;
    if !metadata.is_dir() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    private::check_directory(path).map_err(refused)
}

pub(super) fn check_file(file: &File, path: &Path) -> Result<(), OpenError> {
    let metadata = file.metadata().map_err(OpenError::io("read", path))?;
    if !metadata.is_file() {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    private::check_file(path).map_err(refused)
}

fn refused(error: PrivateError) -> OpenError {
    match error {
        PrivateError::OpenToOthers { path, who, mended_by } => {
            OpenError::OpenToOthers { path, who, mended_by }
        }
        PrivateError::TooOpen { path, mode, wanted } => OpenError::TooOpen { path, mode, wanted },
        PrivateError::Io { doing, path, source } => OpenError::Io { doing, path, source },
    }
}

/// A link is not followed: somebody else may have put it there.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(NOT_THROUGH_LINKS);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // It was interrupted between the two steps of `put_aside`.
            let Some(aside) = set_aside(path)?.pop() else { return Err(error) };
            private::rename(&aside, path)?;
            options.open(path)
        }
        opened => opened,
    }
}

/// The file is flushed while it is empty, and its name with it.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let file = private::create_file(path)?;
    file.sync_all()?;
    Ok(file)
}

/// NTFS takes a name from a file that is still read. File systems that do not (FAT, some network
/// drives) get two steps, and whoever opens the file mends it when there was only one of them.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match private::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && to.is_file() => {
            put_aside(to)?;
            private::rename(from, to)?;
            for aside in set_aside(to)? {
                // Whoever still reads it keeps it until they are done, or until the next time.
                let _ = fs::remove_file(aside);
            }
            Ok(())
        }
        renamed => renamed,
    }
}

/// What is set aside is called so, and has a number.
const ASIDE: &str = "aside-";

fn put_aside(path: &Path) -> io::Result<()> {
    let last = set_aside(path)?.last().and_then(|aside| number_of(path, aside)).unwrap_or(0);
    private::rename(path, &path.with_added_extension(format!("{ASIDE}{}", last + 1)))
}

/// What was set aside of a file, the oldest first.
fn set_aside(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(directory) = path.parent() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let aside = entry?.path();
        found.extend(number_of(path, &aside).map(|number| (number, aside)));
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, aside)| aside).collect())
}

fn number_of(path: &Path, aside: &Path) -> Option<u64> {
    let rest = aside.file_name()?.to_str()?.strip_prefix(path.file_name()?.to_str()?)?;
    rest.strip_prefix('.')?.strip_prefix(ASIDE)?.parse().ok()
}

/// A directory cannot be flushed. The names that were made are on the disk already; that of a file
/// that was removed may come back after a power cut, as NTFS writes its log of changes a moment later.
pub(super) const fn flush_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buffer, offset)
}

pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(bytes, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R14: a file that was set aside when the power went is there when it is asked for.
    #[test]
    fn what_was_only_set_aside_is_put_back() {
        let directory = tempfile::tempdir().unwrap();
        let (log, new) = (directory.path().join("log"), directory.path().join("log.new"));
        for (path, content) in [(&log, "one"), (&new, "two")] {
            fs::write(path, content).unwrap();
        }
        put_aside(&log).unwrap();
        assert!(!log.exists());
        drop(open(&log).unwrap());
        assert_eq!(fs::read_to_string(&log).unwrap(), "one");
        let reading = open(&log).unwrap();
        rename(&new, &log).unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "two");
        drop(reading);
        fs::remove_file(&log).unwrap();
        for aside in set_aside(&log).unwrap() {
            fs::remove_file(aside).unwrap();
        }
        assert_eq!(open(&log).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
