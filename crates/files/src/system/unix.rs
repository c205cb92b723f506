//! Unix: names are followed by the kernel, from an open directory.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, RawMode, Stat, fchmod, fstat, fsync, mkdirat,
    openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::Links;
use crate::facts::{Facts, Kind, Version};
use crate::upload::Existing;
use crate::walk::Stamp;
use crate::{FilesError, RelativePath};

/// A directory or a file that is open.
pub(crate) type Opened = OwnedFd;

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// Without waiting for the other end of a pipe, and without taking a terminal for one's own.
const TO_READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

#[cfg(target_os = "linux")]
const TO_LOOK: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const TO_LOOK: OFlags = TO_READ;

/// Opens a directory that is trusted.
pub(crate) fn open_trusted(path: &Path) -> Result<Opened, FilesError> {
    Ok(openat(CWD, path, DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Opens a directory beneath another one.
pub(crate) fn open_directory(root: &Opened, path: &RelativePath) -> Result<Opened, FilesError> {
    open(root.as_fd(), path, DIRECTORY)
}

/// Opens something for reading. It may be anything.
pub(crate) fn open_to_read(
    root: &Opened,
    path: &RelativePath,
    links: Links,
) -> Result<Opened, FilesError> {
    let flags = match links {
        Links::Followed => TO_READ,
        Links::Refused => TO_READ | OFlags::NOFOLLOW,
    };
    open(root.as_fd(), path, flags)
}

/// Opens something only to see what it is, so that nothing happens to it where the system can do
/// that.
pub(crate) fn open_to_look(root: &Opened, path: &RelativePath) -> Result<Opened, FilesError> {
    open(root.as_fd(), path, TO_LOOK)
}

/// How often the kernel is asked again that says that somebody moves directories just now.
#[cfg(target_os = "linux")]
const TRIES: u32 = 64;

/// Opens what a path leads to. Symbolic links are followed as long as they stay beneath the root,
/// and not at all where the kernel cannot promise that.
fn open(root: BorrowedFd<'_>, path: &RelativePath, flags: OFlags) -> Result<OwnedFd, FilesError> {
    let flags = flags | OFlags::CLOEXEC;
    if cfg!(feature = "mutant-links-lead-anywhere") {
        return Ok(openat(root, name_of(path), flags, Mode::empty())?);
    }
    #[cfg(target_os = "linux")]
    match by_kernel(root, path, flags) {
        // A kernel before 5.6, or one that is told to know nothing newer.
        Err(Errno::NOSYS) => {}
        opened => return Ok(opened?),
    }
    Ok(step_by_step(root, path, flags)?)
}

/// One call, in which nothing can be swapped (openat2(2)).
#[cfg(target_os = "linux")]
fn by_kernel(root: BorrowedFd<'_>, path: &RelativePath, flags: OFlags) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..TRIES {
        match openat2(root, name_of(path), flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN) => {}
            opened => return opened,
        }
    }
    Err(Errno::AGAIN)
}

/// One directory after the other, each from the one before it, following no link.
fn step_by_step(
    root: BorrowedFd<'_>,
    path: &RelativePath,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let Some((directory, last)) = path.split_last() else {
        return openat(root, ".", flags, Mode::empty());
    };
    let on_the_way = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut here = root.as_fd().try_clone_to_owned().map_err(|_| Errno::MFILE)?;
    for name in directory.names() {
        here = openat(&here, name, on_the_way, Mode::empty())?;
    }
    openat(&here, last, flags | OFlags::NOFOLLOW, Mode::empty())
}

/// Where something is that was opened.
#[cfg(target_os = "linux")]
fn place(opened: &OwnedFd) -> Result<PathBuf, FilesError> {
    use std::os::fd::AsRawFd;
    Ok(std::fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd()))?)
}

/// Where something is that was opened.
#[cfg(target_vendor = "apple")]
fn place(opened: &OwnedFd) -> Result<PathBuf, FilesError> {
    use std::os::unix::ffi::OsStringExt;
    let path = rustix::fs::getpath(opened)?.into_bytes();
    Ok(std::ffi::OsString::from_vec(path).into())
}

/// Whether something that was opened is a directory of this name, or lies in it.
pub(crate) fn is_within(opened: &Opened, directory: &Path) -> Result<bool, FilesError> {
    Ok(place(opened)?.starts_with(directory))
}

/// Whether two paths of this system are the same one.
pub(crate) fn is_same_path(one: &Path, other: &Path) -> bool {
    one == other
}

/// What is known of something that is open.
pub(crate) fn look(opened: &Opened) -> Result<(Facts, Version), FilesError> {
    let stat = fstat(opened)?;
    Ok((facts(&stat), version(&stat)))
}

/// What is known of one thing in an open directory, without following it.
pub(crate) fn look_at(directory: &Opened, name: &str) -> Result<Facts, FilesError> {
    Ok(facts(&statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?))
}

/// The same of a name that need not be text.
pub(crate) fn look_at_listed(directory: &Opened, name: &[u8]) -> Option<Facts> {
    statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).ok().map(|stat| facts(&stat))
}

/// Calls with each name in a directory until it says what is wrong.
pub(crate) fn each_name(
    directory: &Opened,
    mut take: impl FnMut(&[u8]) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            take(name)?;
        }
    }
    Ok(())
}

/// Reads until the buffer is full or the file ends; gives how much.
pub(crate) fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}

/// Makes a directory in an open one.
pub(crate) fn make_directory(parent: &Opened, name: &str) -> Result<(), FilesError> {
    Ok(mkdirat(parent, name, Mode::from_raw_mode(0o777))?)
}

/// Removes a regular file of an open directory, durably; one that is gone already is fine.
pub(crate) fn remove_file(directory: &Opened, name: &str) -> Result<(), FilesError> {
    match look_at(directory, name) {
        Err(FilesError::Missing) => return Ok(()),
        Err(error) => return Err(error),
        Ok(Facts { kind: Kind::File, .. }) => {}
        Ok(_) => return Err(FilesError::NotAFile),
    }
    unlinkat(directory, name, AtFlags::empty())?;
    Ok(fsync(directory)?)
}

/// A new file anywhere on this computer, for its user alone.
pub(crate) fn make_private_file(place: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)
}

/// Makes a file that is on its way. Only ever a new one: nothing that stands there is followed or
/// written to.
pub(crate) fn make_draft(directory: &Opened, name: &str) -> Result<File, FilesError> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(directory, name, flags, Mode::from_raw_mode(0o666))?.into())
}

/// Writes everything at an offset.
pub(crate) fn write_all_at(file: &File, data: &[u8], offset: u64) -> io::Result<()> {
    file.write_all_at(data, offset)
}

/// Gives a file the permissions of the one in whose place it comes, if there is one. Only those:
/// whose it is, and that it runs as somebody else, are not taken over.
pub(crate) fn take_over_permissions(
    directory: &Opened,
    name: &str,
    file: &File,
) -> Result<(), FilesError> {
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) if facts(&stat).kind == Kind::File => {
            let mode = Mode::from_raw_mode(stat.st_mode) & Mode::from_raw_mode(0o777);
            Ok(fchmod(file, mode)?)
        }
        Ok(_) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Has everybody who may read a file run it, or nobody.
pub(crate) fn set_executable(file: &File, is_executable: bool) -> Result<(), FilesError> {
    Ok(fchmod(file, with_executable(fstat(file)?.st_mode, is_executable))?)
}

/// Gives a draft its name, durably.
pub(crate) fn put_in_place(
    directory: &Opened,
    draft: &str,
    _file: &File,
    name: &str,
    existing: Existing,
) -> Result<(), FilesError> {
    match existing {
        Existing::Replace => renameat(directory, draft, directory, name)?,
        Existing::Keep => rename_to_nothing(directory, draft, name)?,
    }
    Ok(())
}

/// Makes the names in a directory survive a power cut.
pub(crate) fn flush_names(directory: &Opened, _file: &File) -> Result<(), FilesError> {
    Ok(fsync(directory)?)
}

/// Removes a draft, if nobody else has.
pub(crate) fn discard_draft(directory: &Opened, draft: &str, _file: &File) {
    // Somebody may have removed it, and there is nobody to tell anything else.
    let _ = unlinkat(directory, draft, AtFlags::empty());
}

/// By what it is seen that a file is as it was.
#[expect(clippy::unnecessary_wraps, reason = "on Windows the file is opened for it")]
pub(crate) fn stamp(_path: &Path, metadata: &Metadata) -> io::Result<Stamp> {
    let seconds = metadata.mtime().saturating_mul(NANOSECONDS);
    Ok(Stamp {
        size_bytes: metadata.len(),
        modified_at_ns: seconds.saturating_add(metadata.mtime_nsec()),
        place: (metadata.dev(), metadata.ino()),
        changed_at: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

/// Whether a file is a program.
pub(crate) fn is_program(metadata: &Metadata) -> bool {
    metadata.mode() & 0o111 != 0
}

const NANOSECONDS: i64 = 1_000_000_000;

fn facts(stat: &Stat) -> Facts {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Link,
        _ => Kind::Other,
    };
    let size_bytes = if kind == Kind::File { size_of(stat) } else { 0 };
    Facts { kind, size_bytes, modified_at_ms: modified_at_ns(stat) / 1_000_000 }
}

#[expect(clippy::unnecessary_cast, reason = "the fields differ between systems")]
fn version(stat: &Stat) -> Version {
    Version {
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        size_bytes: size_of(stat),
        modified_at_ns: modified_at_ns(stat),
    }
}

fn size_of(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or_default()
}

#[expect(
    clippy::unnecessary_cast,
    clippy::cast_possible_wrap,
    reason = "the fields differ between systems; nanoseconds are less than a billion"
)]
fn modified_at_ns(stat: &Stat) -> i64 {
    (stat.st_mtime as i64).saturating_mul(NANOSECONDS).saturating_add(stat.st_mtime_nsec as i64)
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn rename_to_nothing(directory: &Opened, draft: &str, name: &str) -> Result<(), FilesError> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(directory, draft, directory, name, RenameFlags::NOREPLACE) {
        // File systems that do not know how.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link_to_nothing(directory, draft, name),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn rename_to_nothing(directory: &Opened, draft: &str, name: &str) -> Result<(), FilesError> {
    link_to_nothing(directory, draft, name)
}

/// The same in two steps: a second name is only ever given where there is none.
fn link_to_nothing(directory: &Opened, draft: &str, name: &str) -> Result<(), FilesError> {
    rustix::fs::linkat(directory, draft, directory, name, AtFlags::empty())?;
    Ok(unlinkat(directory, draft, AtFlags::empty())?)
}

/// Permissions with which everybody who may read a file may run it, or nobody.
fn with_executable(mode: RawMode, is_executable: bool) -> Mode {
    let mode = Mode::from_raw_mode(mode) & Mode::from_raw_mode(0o777);
    let readers = mode & Mode::from_raw_mode(0o444);
    let runners = Mode::from_raw_mode(readers.as_raw_mode() >> 2);
    if is_executable { mode | runners } else { mode - Mode::from_raw_mode(0o111) }
}

fn name_of(path: &RelativePath) -> &str {
    match path.as_str() {
        "" => ".",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    /// S70: where the kernel makes no promise, no link is followed at all, wherever it stands.
    #[test]
    fn step_by_step_no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("work/inner")).unwrap();
        fs::write(home.path().join("work/inner/file"), "inside").unwrap();
        fs::write(home.path().join("secret"), "outside").unwrap();
        for (name, target) in [
            ("in", "inner"),
            ("out", ".."),
            ("absolute", home.path().to_str().unwrap()),
            ("file", "../secret"),
            ("inner/up", "../.."),
        ] {
            symlink(target, home.path().join("work").join(name)).unwrap();
        }
        let root: OwnedFd = fs::File::open(home.path().join("work")).unwrap().into();
        let open = |path: &str| {
            let path = RelativePath::parse(path).unwrap();
            step_by_step(root.as_fd(), &path, OFlags::RDONLY | OFlags::CLOEXEC)
        };
        for link in ["in/file", "out/secret", "absolute/secret", "file", "inner/up/secret", "in"] {
            let refused = open(link).unwrap_err();
            assert!(matches!(refused, Errno::LOOP | Errno::NOTDIR), "{link}: {refused}");
        }
        let mut text = String::new();
        fs::File::from(open("inner/file").unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
        assert!(open("").is_ok());
    }
}
