//! The calls of Windows that take a name from an open directory, which the standard library does not
//! offer: what `openat(2)` and its family are on Unix. The only file of this room that calls the system
//! without the compiler's checks.

#![expect(unsafe_code, reason = "Windows has no safe interface for names in an open directory")]

use std::ffi::{OsStr, OsString, c_void};
use std::fs::File;
use std::io;
use std::mem::{offset_of, size_of, size_of_val};
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle};
use std::path::PathBuf;
use std::ptr::{null, null_mut};

use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Wdk::Storage::FileSystem::{
    FILE_CREATE, FILE_DIRECTORY_FILE, FILE_DISPOSITION_DELETE, FILE_DISPOSITION_INFORMATION,
    FILE_DISPOSITION_INFORMATION_EX, FILE_DISPOSITION_POSIX_SEMANTICS, FILE_INFORMATION_CLASS,
    FILE_NON_DIRECTORY_FILE, FILE_OPEN, FILE_OPEN_REPARSE_POINT, FILE_RENAME_INFORMATION,
    FILE_RENAME_POSIX_SEMANTICS, FILE_RENAME_REPLACE_IF_EXISTS, FILE_SYNCHRONOUS_IO_NONALERT,
    FILE_WRITE_THROUGH, FileDispositionInformation, FileDispositionInformationEx,
    FileRenameInformation, FileRenameInformationEx, NtCreateFile, NtSetInformationFile,
};
use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_NO_MORE_FILES, FALSE, HANDLE, NTSTATUS, OBJ_CASE_INSENSITIVE,
    RtlNtStatusToDosError, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_INFO_CLASS,
    STATUS_INVALID_PARAMETER, STATUS_NOT_IMPLEMENTED, STATUS_NOT_SUPPORTED, UNICODE_STRING,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetKernelObjectSecurity, SetKernelObjectSecurity,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_REPARSE_POINT,
    FILE_ATTRIBUTE_TAG_INFO, FILE_BASIC_INFO, FILE_FULL_DIR_INFO, FILE_INFO_BY_HANDLE_CLASS,
    FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE,
    FileAttributeTagInfo, FileBasicInfo, FileFullDirectoryInfo, FileFullDirectoryRestartInfo,
    GetFileInformationByHandle, GetFileInformationByHandleEx, GetFinalPathNameByHandleW,
    SYNCHRONIZE,
};
use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;

use crate::FilesError;

/// Why the system does not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status(pub(super) NTSTATUS);

impl Status {
    pub(super) fn into_io(self) -> io::Error {
        // SAFETY: it looks a number up in a table.
        let code = unsafe { RtlNtStatusToDosError(self.0) };
        io::Error::from_raw_os_error(code.cast_signed())
    }

    fn check(status: NTSTATUS) -> Result<(), Self> {
        if status < 0 { Err(Self(status)) } else { Ok(()) }
    }

    /// Whether a file system, or an older Windows, does not know what is asked of it.
    const fn is_unknown(self) -> bool {
        matches!(
            self.0,
            STATUS_INVALID_PARAMETER
                | STATUS_INVALID_INFO_CLASS
                | STATUS_INVALID_DEVICE_REQUEST
                | STATUS_NOT_SUPPORTED
                | STATUS_NOT_IMPLEMENTED
        )
    }
}

/// What becomes of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// It is what is opened.
    Nothing,
    /// Windows follows it, or does whatever else stands for a name.
    Everything,
}

/// How something is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    access: u32,
    disposition: u32,
    options: u32,
}

impl How {
    /// What is there, whatever it is.
    pub(super) const fn open(access: u32) -> Self {
        Self { access, disposition: FILE_OPEN, options: 0 }
    }

    /// A directory that is there.
    pub(super) const fn open_directory(access: u32) -> Self {
        Self { access, disposition: FILE_OPEN, options: FILE_DIRECTORY_FILE }
    }

    /// A file that is not there yet.
    pub(super) const fn make_file(access: u32) -> Self {
        Self { access, disposition: FILE_CREATE, options: FILE_NON_DIRECTORY_FILE }
    }

    /// A directory that is not there yet.
    pub(super) const fn make_directory() -> Self {
        Self { access: 0, disposition: FILE_CREATE, options: FILE_DIRECTORY_FILE }
    }

    /// The same, and whatever is done with it is on the disk when that is done.
    pub(super) const fn written_through(self) -> Self {
        Self { options: self.options | FILE_WRITE_THROUGH, ..self }
    }
}

/// Which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) volume: u32,
    pub(super) index: u64,
    /// When anything of it was last changed, its name and its access list too.
    pub(super) changed_at: i64,
}

/// Opens or makes what has a name in an open directory; nothing stands for the directory itself. The
/// name is taken as it is.
pub(super) fn open_at(
    directory: &File,
    name: &str,
    how: How,
    follow: Follow,
) -> Result<File, Status> {
    let name: Vec<u16> = name.encode_utf16().collect();
    let bytes = u16::try_from(size_of_val(name.as_slice()));
    let bytes = bytes.map_err(|_| Status(STATUS_INVALID_PARAMETER))?;
    let name =
        UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: name.as_ptr().cast_mut() };
    let attributes = OBJECT_ATTRIBUTES {
        Length: u32_size_of::<OBJECT_ATTRIBUTES>(),
        RootDirectory: directory.as_raw_handle(),
        ObjectName: &raw const name,
        Attributes: OBJ_CASE_INSENSITIVE,
        SecurityDescriptor: null(),
        SecurityQualityOfService: null(),
    };
    let follow = if follow == Follow::Nothing { FILE_OPEN_REPARSE_POINT } else { 0 };
    let mut handle: HANDLE = null_mut();
    let mut block = IO_STATUS_BLOCK::default();
    // SAFETY: the directory is open; the name, which the call only reads, and everything else that is
    // pointed to outlive it.
    Status::check(unsafe {
        NtCreateFile(
            &raw mut handle,
            how.access | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
            &raw const attributes,
            &raw mut block,
            null(),
            FILE_ATTRIBUTE_NORMAL,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            how.disposition,
            how.options | follow | FILE_SYNCHRONOUS_IO_NONALERT,
            null(),
            0,
        )
    })?;
    // SAFETY: the call above has opened it, and nobody else has it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Gives an open file a name in an open directory: that of another file, or only one that is free.
pub(super) fn rename(
    file: &File,
    directory: &File,
    name: &str,
    replaces: bool,
) -> Result<(), Status> {
    let flags =
        FILE_RENAME_POSIX_SEMANTICS | if replaces { FILE_RENAME_REPLACE_IF_EXISTS } else { 0 };
    let here = directory.as_raw_handle();
    let renamed = rename_as(file, FileRenameInformationEx, here, name, flags);
    // The older way takes no name from a file that is open, and has one bit only.
    let older = || rename_as(file, FileRenameInformation, here, name, u32::from(replaces));
    match renamed {
        Err(status) if status.is_unknown() => match older() {
            // Network drives know no open directories. In the same one a name is enough.
            Err(status) if status.is_unknown() => {
                rename_as(file, FileRenameInformation, null_mut(), name, u32::from(replaces))
            }
            renamed => renamed,
        },
        renamed => renamed,
    }
}

fn rename_as(
    file: &File,
    class: FILE_INFORMATION_CLASS,
    directory: HANDLE,
    name: &str,
    flags: u32,
) -> Result<(), Status> {
    let name: Vec<u16> = name.encode_utf16().collect();
    let (begin, bytes) = (offset_of!(FILE_RENAME_INFORMATION, FileName), size_of_val(&*name));
    let length = (begin + bytes).max(size_of::<FILE_RENAME_INFORMATION>());
    // In words of eight bytes, so that the structure at its beginning is aligned.
    let mut buffer = vec![0_u64; length.div_ceil(size_of::<u64>())];
    let information = buffer.as_mut_ptr().cast::<FILE_RENAME_INFORMATION>();
    // SAFETY: the buffer has room for the structure with a name of this length, and nobody else sees
    // it.
    unsafe {
        (*information).Anonymous.Flags = flags;
        (*information).RootDirectory = directory;
        (*information).FileNameLength = u32::try_from(bytes).unwrap_or(u32::MAX);
        let place = (&raw mut (*information).FileName).cast::<u16>();
        place.copy_from_nonoverlapping(name.as_ptr(), name.len());
    }
    set(file, class, buffer.as_ptr().cast(), length)
}

/// Removes an open file: its name is gone at once, or where Windows does not know how, when nobody
/// has it open any more.
pub(super) fn remove(file: &File) -> Result<(), Status> {
    let flags = FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS;
    let at_once = FILE_DISPOSITION_INFORMATION_EX { Flags: flags };
    let length = size_of_val(&at_once);
    match set(file, FileDispositionInformationEx, (&raw const at_once).cast(), length) {
        Err(status) if status.is_unknown() => {
            let later = FILE_DISPOSITION_INFORMATION { DeleteFile: true };
            let length = size_of_val(&later);
            set(file, FileDispositionInformation, (&raw const later).cast(), length)
        }
        removed => removed,
    }
}

fn set(
    file: &File,
    class: FILE_INFORMATION_CLASS,
    information: *const c_void,
    length: usize,
) -> Result<(), Status> {
    let mut block = IO_STATUS_BLOCK::default();
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    // SAFETY: the file is open; every caller points to as many bytes as it says.
    Status::check(unsafe {
        NtSetInformationFile(file.as_raw_handle(), &raw mut block, information, length, class)
    })
}

/// By what something that stands for something else says what it is; `None` for all that does not.
pub(super) fn reparse_tag(file: &File) -> io::Result<Option<u32>> {
    let mut tag = FILE_ATTRIBUTE_TAG_INFO::default();
    get(file, FileAttributeTagInfo, (&raw mut tag).cast(), size_of_val(&tag))?;
    let is_one = tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT != 0;
    Ok(is_one.then_some(tag.ReparseTag))
}

/// Which file it is.
pub(super) fn identity(file: &File) -> io::Result<Identity> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the file is open; the answer is written to a place of its size.
    done(unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut information) })?;
    let mut basic = FILE_BASIC_INFO::default();
    get(file, FileBasicInfo, (&raw mut basic).cast(), size_of_val(&basic))?;
    let (high, low) = (information.nFileIndexHigh, information.nFileIndexLow);
    Ok(Identity {
        volume: information.dwVolumeSerialNumber,
        index: u64::from(high) << 32 | u64::from(low),
        changed_at: basic.ChangeTime,
    })
}

/// Where an open file is.
pub(super) fn place(file: &File) -> io::Result<PathBuf> {
    let mut path = vec![0_u16; 512];
    loop {
        let room = u32::try_from(path.len()).unwrap_or(u32::MAX);
        // SAFETY: the file is open, and there is as much room as is said.
        let length =
            unsafe { GetFinalPathNameByHandleW(file.as_raw_handle(), path.as_mut_ptr(), room, 0) }
                as usize;
        match length {
            0 => return Err(io::Error::last_os_error()),
            _ if length < path.len() => {
                return Ok(OsString::from_wide(path.get(..length).unwrap_or_default()).into());
            }
            // With the NUL it is as long as it says.
            _ => path.resize(length + 1, 0),
        }
    }
}

/// Calls with each name in an open directory, from the first one on.
pub(super) fn each_name(
    directory: &File,
    mut take: impl FnMut(&OsStr) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    // In words of eight bytes, as the structures in it have to be aligned.
    let mut buffer = vec![0_u64; 8 * 1024];
    let bytes = buffer.len() * size_of::<u64>();
    let mut class = FileFullDirectoryRestartInfo;
    loop {
        match get(directory, class, buffer.as_mut_ptr().cast(), bytes) {
            Err(error) if error.raw_os_error() == Some(ERROR_NO_MORE_FILES.cast_signed()) => {
                return Ok(());
            }
            got => got?,
        }
        class = FileFullDirectoryInfo;
        for name in names_in(&buffer) {
            take(&name)?;
        }
    }
}

/// The names in what the system has written of a directory.
fn names_in(buffer: &[u64]) -> Vec<OsString> {
    let bytes = size_of_val(buffer);
    let begin = offset_of!(FILE_FULL_DIR_INFO, FileName);
    let (mut names, mut offset) = (Vec::new(), 0);
    while offset + begin <= bytes {
        // SAFETY: the fields before the name lie in the buffer, as was just seen, and any bits are
        // numbers.
        let (next, length) = unsafe {
            let entry = buffer.as_ptr().byte_add(offset).cast::<FILE_FULL_DIR_INFO>();
            let next = (&raw const (*entry).NextEntryOffset).read_unaligned();
            (next as usize, (&raw const (*entry).FileNameLength).read_unaligned() as usize)
        };
        if offset + begin + length > bytes {
            break;
        }
        let units = (0..length / 2).map(|index| {
            // SAFETY: the name lies in the buffer, as was just seen.
            unsafe {
                buffer.as_ptr().cast::<u16>().byte_add(offset + begin + 2 * index).read_unaligned()
            }
        });
        names.push(OsString::from_wide(&units.collect::<Vec<_>>()));
        if next == 0 {
            break;
        }
        offset += next;
    }
    names
}

/// Gives one file the access list of another one.
pub(super) fn take_over_access(from: &File, to: &File) -> io::Result<()> {
    let mut descriptor = Vec::<u64>::new();
    let mut needed = 0;
    loop {
        let room = u32::try_from(size_of_val(&*descriptor)).unwrap_or(u32::MAX);
        // SAFETY: the file is open, and there is as much room as is said.
        let got = done(unsafe {
            GetKernelObjectSecurity(
                from.as_raw_handle(),
                DACL_SECURITY_INFORMATION,
                descriptor.as_mut_ptr().cast(),
                room,
                &raw mut needed,
            )
        });
        match got {
            Ok(()) => break,
            Err(error)
                if error.raw_os_error() == Some(ERROR_INSUFFICIENT_BUFFER.cast_signed())
                    && needed > room =>
            {
                descriptor = vec![0; (needed as usize).div_ceil(size_of::<u64>())];
            }
            Err(error) => return Err(error),
        }
    }
    // SAFETY: the file is open; the descriptor was written by the system.
    done(unsafe {
        SetKernelObjectSecurity(
            to.as_raw_handle(),
            DACL_SECURITY_INFORMATION,
            descriptor.as_mut_ptr().cast(),
        )
    })
}

fn get(
    file: &File,
    class: FILE_INFO_BY_HANDLE_CLASS,
    information: *mut c_void,
    length: usize,
) -> io::Result<()> {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    // SAFETY: the file is open; every caller points to as many bytes as it says.
    done(unsafe { GetFileInformationByHandleEx(file.as_raw_handle(), class, information, length) })
}

fn u32_size_of<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(u32::MAX)
}

fn done(answer: i32) -> io::Result<()> {
    if answer == FALSE { Err(io::Error::last_os_error()) } else { Ok(()) }
}
