//! Windows: names are followed one after the other, each from the open directory before it, by
//! `NtCreateFile`. What is opened is the name itself, whatever it is; a link, a junction or a mount
//! point is never followed, wherever it leads. As no path is put together, nothing is read into a name
//! either: no device, no drive, no `..`.

mod nt;
mod place;

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use windows_sys::Win32::Foundation::{ERROR_DIRECTORY, STATUS_OBJECT_NAME_NOT_FOUND};
use windows_sys::Win32::Storage::FileSystem::{
    DELETE, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_LIST_DIRECTORY,
    FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_TRAVERSE, FILE_WRITE_ATTRIBUTES, FILE_WRITE_DATA,
    READ_CONTROL, SYNCHRONIZE, WRITE_DAC,
};

use super::Links;
use crate::facts::{Facts, Kind, Version};
use crate::upload::Existing;
use crate::walk::Stamp;
use crate::{FilesError, RelativePath, windows_names};
use nt::{Follow, How, Status};

/// A directory or a file that is open.
pub(crate) type Opened = File;

/// Whether what has this tag stands for another name (`IsReparseTagNameSurrogate`, `ntifs.h`).
const NAME_SURROGATE: u32 = 0x2000_0000;

/// From 1601, with which Windows begins to count, to 1970, in units of 100 nanoseconds.
const TO_UNIX_EPOCH: i64 = 116_444_736_000_000_000;

const DIRECTORY: How = How::open_directory(FILE_LIST_DIRECTORY | FILE_TRAVERSE);

const TO_READ: How = How::open(FILE_READ_DATA);

const TO_LOOK: How = How::open(0);

/// Opens a directory that is trusted.
pub(crate) fn open_trusted(path: &Path) -> Result<Opened, FilesError> {
    let mut options = OpenOptions::new();
    options
        .access_mode(FILE_LIST_DIRECTORY | FILE_TRAVERSE | FILE_READ_ATTRIBUTES | SYNCHRONIZE)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    let directory = options.open(path)?;
    if directory.metadata()?.is_dir() { Ok(directory) } else { Err(FilesError::NotADirectory) }
}

/// Opens a directory beneath another one.
pub(crate) fn open_directory(root: &Opened, path: &RelativePath) -> Result<Opened, FilesError> {
    open(root, path, DIRECTORY)
}

/// Opens something for reading. It may be anything but a link.
pub(crate) fn open_to_read(
    root: &Opened,
    path: &RelativePath,
    _links: Links,
) -> Result<Opened, FilesError> {
    open(root, path, TO_READ)
}

/// Opens something only to see what it is.
pub(crate) fn open_to_look(root: &Opened, path: &RelativePath) -> Result<Opened, FilesError> {
    open(root, path, TO_LOOK)
}

fn open(root: &Opened, path: &RelativePath, how: How) -> Result<Opened, FilesError> {
    let Some((directory, last)) = path.split_last() else {
        return Ok(nt::open_at(root, "", how, Follow::Nothing)?);
    };
    let mut here: Option<Opened> = None;
    for name in directory.names() {
        here = Some(step(here.as_ref().unwrap_or(root), name, DIRECTORY)?);
    }
    step(here.as_ref().unwrap_or(root), last, how)
}

fn step(directory: &Opened, name: &str, how: How) -> Result<Opened, FilesError> {
    if cfg!(feature = "mutant-links-lead-anywhere") {
        return Ok(nt::open_at(directory, name, how, Follow::Everything)?);
    }
    let opened = nt::open_at(directory, name, how, Follow::Nothing)?;
    match nt::reparse_tag(&opened)? {
        None => Ok(opened),
        Some(tag) if tag & NAME_SURROGATE != 0 => Err(FilesError::Outside),
        Some(tag) if is_special(tag) => Err(FilesError::NotAFile),
        Some(_) => open_kept_elsewhere(directory, name, how, &opened),
    }
}

/// Files whose content is fetched when they are opened (OneDrive), or kept with that of others
/// (deduplication): Windows has to be let at it. That it has opened the same file is seen afterwards.
fn open_kept_elsewhere(
    directory: &Opened,
    name: &str,
    how: How,
    seen: &Opened,
) -> Result<Opened, FilesError> {
    let opened = nt::open_at(directory, name, how, Follow::Everything)?;
    let (before, after) = (nt::identity(seen)?, nt::identity(&opened)?);
    if (before.volume, before.index) == (after.volume, after.index) {
        Ok(opened)
    } else {
        Err(FilesError::Outside)
    }
}

/// Sockets of Windows, and what Linux on Windows (WSL) makes of pipes and devices
/// (`IO_REPARSE_TAG_AF_UNIX`, `…_LX_FIFO`, `…_LX_CHR`, `…_LX_BLK`; `[MS-FSCC]` 2.1.2.1).
const fn is_special(tag: u32) -> bool {
    matches!(tag, 0x8000_0023..=0x8000_0026)
}

/// Whether something that was opened is a directory of this name, or lies in it.
pub(crate) fn is_within(opened: &Opened, directory: &Path) -> Result<bool, FilesError> {
    Ok(place::is_within(&nt::place(opened)?, directory))
}

/// Whether two paths of this system are the same one.
pub(crate) fn is_same_path(one: &Path, other: &Path) -> bool {
    place::is_within(one, other) && place::is_within(other, one)
}

/// What is known of something that is open.
pub(crate) fn look(opened: &Opened) -> Result<(Facts, Version), FilesError> {
    let metadata = opened.metadata()?;
    let identity = nt::identity(opened)?;
    let version = Version {
        device: u64::from(identity.volume),
        inode: identity.index,
        size_bytes: metadata.file_size(),
        modified_at_ns: unix_ns(metadata.last_write_time()),
    };
    Ok((facts(opened, &metadata)?, version))
}

fn facts(opened: &Opened, metadata: &Metadata) -> Result<Facts, FilesError> {
    let kind = match nt::reparse_tag(opened)? {
        Some(tag) if tag & NAME_SURROGATE != 0 => Kind::Link,
        Some(tag) if is_special(tag) => Kind::Other,
        _ if metadata.is_dir() => Kind::Directory,
        _ => Kind::File,
    };
    let size_bytes = if kind == Kind::File { metadata.file_size() } else { 0 };
    let modified_at_ms = unix_ns(metadata.last_write_time()) / 1_000_000;
    Ok(Facts { kind, size_bytes, modified_at_ms })
}

/// What is known of one thing in an open directory, without following it.
pub(crate) fn look_at(directory: &Opened, name: &str) -> Result<Facts, FilesError> {
    let opened = nt::open_at(directory, name, TO_LOOK, Follow::Nothing)?;
    facts(&opened, &opened.metadata()?)
}

/// The same of a name that was listed. One that is no text, or that Windows would take for something
/// else, leads nowhere, so that it does not matter what is there.
pub(crate) fn look_at_listed(directory: &Opened, name: &[u8]) -> Option<Facts> {
    match std::str::from_utf8(name) {
        Ok(name) => {
            let facts = look_at(directory, name).ok()?;
            let kind = if windows_names::check(name).is_ok() { facts.kind } else { Kind::Other };
            Some(Facts { kind, ..facts })
        }
        Err(_) => Some(Facts { kind: Kind::Other, size_bytes: 0, modified_at_ms: 0 }),
    }
}

/// Calls with each name in a directory until it says what is wrong. Names that are no text are given
/// in what text is made of them (WTF-8).
pub(crate) fn each_name(
    directory: &Opened,
    mut take: impl FnMut(&[u8]) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    nt::each_name(directory, |name| match name.as_encoded_bytes() {
        b"." | b".." => Ok(()),
        name => take(name),
    })
}

/// Reads some of what is at an offset.
pub(crate) fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buffer, offset)
}

/// Makes a directory in an open one.
pub(crate) fn make_directory(parent: &Opened, name: &str) -> Result<(), FilesError> {
    nt::open_at(parent, name, How::make_directory(), Follow::Nothing)?;
    Ok(())
}

/// Removes a regular file of an open directory, durably; one that is gone already is fine.
pub(crate) fn remove_file(directory: &Opened, name: &str) -> Result<(), FilesError> {
    let how = How::open(DELETE).written_through();
    let opened = match nt::open_at(directory, name, how, Follow::Nothing) {
        Err(Status(STATUS_OBJECT_NAME_NOT_FOUND)) => return Ok(()),
        opened => opened?,
    };
    if facts(&opened, &opened.metadata()?)?.kind != Kind::File {
        return Err(FilesError::NotAFile);
    }
    Ok(nt::remove(&opened)?)
}

/// A new file anywhere on this computer, for its user alone.
pub(crate) fn make_private_file(place: &Path) -> io::Result<File> {
    host::private::create_file(place)
}

/// Makes a file that is on its way. Only ever a new one: nothing that stands there is followed or
/// written to.
pub(crate) fn make_draft(directory: &Opened, name: &str) -> Result<File, FilesError> {
    let access = FILE_READ_DATA | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES;
    let how = How::make_file(access | DELETE | READ_CONTROL | WRITE_DAC).written_through();
    Ok(nt::open_at(directory, name, how, Follow::Nothing)?)
}

/// Writes everything at an offset.
pub(crate) fn write_all_at(file: &File, mut data: &[u8], mut offset: u64) -> io::Result<()> {
    while !data.is_empty() {
        match file.seek_write(data, offset)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => {
                data = data.get(written..).unwrap_or_default();
                offset += written as u64;
            }
        }
    }
    Ok(())
}

/// Gives a file the access list of the one in whose place it comes, if there is one.
pub(crate) fn take_over_permissions(
    directory: &Opened,
    name: &str,
    file: &File,
) -> Result<(), FilesError> {
    let existing = nt::open_at(directory, name, How::open(READ_CONTROL), Follow::Nothing);
    let existing = match existing {
        Err(Status(STATUS_OBJECT_NAME_NOT_FOUND)) => return Ok(()),
        existing => existing?,
    };
    if facts(&existing, &existing.metadata()?)?.kind != Kind::File {
        return Ok(());
    }
    Ok(nt::take_over_access(&existing, file)?)
}

/// Windows knows by its name whether a file is a program, and keeps nothing of the kind with it.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(crate) const fn set_executable(_file: &File, _is_executable: bool) -> Result<(), FilesError> {
    Ok(())
}

/// Gives a draft its name, durably: the draft was opened to be written through.
pub(crate) fn put_in_place(
    directory: &Opened,
    _draft: &str,
    file: &File,
    name: &str,
    existing: Existing,
) -> Result<(), FilesError> {
    Ok(nt::rename(file, directory, name, existing == Existing::Replace)?)
}

/// Makes the names in a directory survive a power cut: a file is flushed with its name.
pub(crate) fn flush_names(_directory: &Opened, file: &File) -> Result<(), FilesError> {
    Ok(file.sync_all()?)
}

/// Removes a draft, wherever it is by now.
pub(crate) fn discard_draft(_directory: &Opened, _draft: &str, file: &File) {
    // Somebody may have removed it, and there is nobody to tell anything else.
    let _ = nt::remove(file);
}

/// By what it is seen that a file is as it was.
pub(crate) fn stamp(path: &Path, _metadata: &Metadata) -> io::Result<Stamp> {
    // What the directory says of a file may be old, and does not say which file it is.
    let mut options = OpenOptions::new();
    options.access_mode(FILE_READ_ATTRIBUTES);
    options.custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
    let file = options.open(path)?;
    let (metadata, identity) = (file.metadata()?, nt::identity(&file)?);
    Ok(Stamp {
        size_bytes: metadata.file_size(),
        modified_at_ns: unix_ns(metadata.last_write_time()),
        place: (u64::from(identity.volume), identity.index),
        changed_at: (identity.changed_at, 0),
    })
}

/// Windows marks no file as a program.
pub(crate) const fn is_program(_metadata: &Metadata) -> bool {
    false
}

fn unix_ns(time: u64) -> i64 {
    let time = i64::try_from(time).unwrap_or(i64::MAX);
    time.saturating_sub(TO_UNIX_EPOCH).saturating_mul(100)
}

impl From<Status> for FilesError {
    fn from(status: Status) -> Self {
        use windows_sys::Win32::Foundation as is;
        match status.0 {
            is::STATUS_OBJECT_NAME_NOT_FOUND
            | is::STATUS_OBJECT_PATH_NOT_FOUND
            | is::STATUS_NO_SUCH_FILE
            | is::STATUS_DELETE_PENDING => Self::Missing,
            is::STATUS_NOT_A_DIRECTORY => Self::NotADirectory,
            is::STATUS_FILE_IS_A_DIRECTORY => Self::NotAFile,
            is::STATUS_OBJECT_NAME_COLLISION => Self::Exists,
            is::STATUS_OBJECT_NAME_INVALID => Self::Malformed("the file system takes no such name"),
            is::STATUS_NAME_TOO_LONG => Self::Malformed("a name is too long"),
            is::STATUS_DISK_FULL | is::STATUS_QUOTA_EXCEEDED => Self::NoSpace,
            is::STATUS_ACCESS_DENIED
            | is::STATUS_CANNOT_DELETE
            | is::STATUS_MEDIA_WRITE_PROTECTED
            | is::STATUS_PRIVILEGE_NOT_HELD => Self::NotPermitted,
            is::STATUS_STOPPED_ON_SYMLINK | is::STATUS_REPARSE_POINT_ENCOUNTERED => Self::Outside,
            _ => status.into_io().into(),
        }
    }
}

impl From<io::Error> for FilesError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::NotADirectory => Self::NotADirectory,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotPermitted
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace,
            _ if error.raw_os_error() == Some(ERROR_DIRECTORY.cast_signed()) => Self::NotADirectory,
            _ => Self::System(error),
        }
    }
}
