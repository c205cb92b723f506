//! What is asked of Windows that the standard library does not ask: whose a file is and who may open
//! it, who runs this process, and what it takes. The only file of this room that calls the system
//! without the compiler's checks.

#![expect(unsafe_code, reason = "Win32 has no safe interface for access rules and for processes")]

use std::ffi::{OsStr, OsString, c_void};
use std::fs::File;
use std::io;
use std::mem::size_of;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Component, Path, Prefix};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS, FALSE, FILETIME, GENERIC_READ, GENERIC_WRITE, HANDLE,
    INVALID_HANDLE_VALUE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
    ConvertStringSidToSidW, GetSecurityInfo, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, CheckTokenMembership, DACL_SECURITY_INFORMATION, GetAce,
    GetTokenInformation, LookupAccountSidW, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_DELETE,
    FILE_SHARE_READ, FILE_SHARE_WRITE, GetDiskFreeSpaceExW, MOVEFILE_REPLACE_EXISTING,
    MOVEFILE_WRITE_THROUGH, MoveFileExW,
};
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessHandleCount, GetProcessTimes, OpenProcessToken,
};

use crate::private::access::{Entry, Rules, What};

/// What one process takes at one moment.
pub(crate) struct Taken {
    pub(crate) resident_bytes: u64,
    /// In user mode and in the kernel, in units of 100 nanoseconds.
    pub(crate) cpu_100ns: u64,
    pub(crate) handles: u32,
}

/// Memory that Windows has allocated for us.
struct Local(*mut c_void);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it was allocated with `LocalAlloc` by the call that gave it, and nobody else has it.
        unsafe { LocalFree(self.0) };
    }
}

/// A new file with these access rules, in SDDL.
pub(crate) fn create_file(path: &Path, rules: &str) -> io::Result<File> {
    let (path, descriptor) = (verbatim(path)?, descriptor(rules)?);
    let attributes = attributes(&descriptor);
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    // SAFETY: the path ends with a NUL, and it and the attributes outlive the call.
    let handle = unsafe {
        CreateFileW(
            path.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            share,
            &raw const attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call above has opened it, and nobody else has it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// A new directory with these access rules, in SDDL.
pub(crate) fn create_directory(path: &Path, rules: &str) -> io::Result<()> {
    let (path, descriptor) = (verbatim(path)?, descriptor(rules)?);
    let attributes = attributes(&descriptor);
    // SAFETY: the path ends with a NUL, and it and the attributes outlive the call.
    done(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) })
}

/// Gives a file or directory another name, in place of the file that had it. It is on the disk when
/// this comes back.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (verbatim(from)?, verbatim(to)?);
    let flags = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
    // SAFETY: both paths end with a NUL and outlive the call.
    done(unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), flags) })
}

/// Whose an open file or directory is, and who may open it.
pub(crate) fn rules_of(file: &File) -> io::Result<Rules> {
    let (mut owner, mut list): (PSID, *mut ACL) = (null_mut(), null_mut());
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    let asked = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    // SAFETY: the handle is open; what is asked for is written to the places given for it.
    let code = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            asked,
            &raw mut owner,
            null_mut(),
            &raw mut list,
            null_mut(),
            &raw mut descriptor,
        )
    };
    if code != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(code.cast_signed()));
    }
    // The other two point into it.
    let _descriptor = Local(descriptor);
    Ok(Rules { owner: sid_text(owner)?, entries: entries(list)? })
}

/// The entries of an access list; `None` where there is no list, so that everybody may do everything.
fn entries(list: *const ACL) -> io::Result<Option<Vec<Entry>>> {
    if list.is_null() {
        return Ok(None);
    }
    // SAFETY: the list was given by the system and is still there.
    let count = unsafe { (*list).AceCount };
    (0..u32::from(count)).map(|index| entry(list, index)).collect::<io::Result<_>>().map(Some)
}

fn entry(list: *const ACL, index: u32) -> io::Result<Entry> {
    let mut ace: *mut c_void = null_mut();
    // SAFETY: the list was given by the system and is still there.
    done(unsafe { GetAce(list, index, &raw mut ace) })?;
    // SAFETY: every entry begins with this header.
    let header = unsafe { ace.cast::<ACE_HEADER>().read_unaligned() };
    let what = What::of(header.AceType);
    let is_inherited_only = header.AceFlags & INHERIT_ONLY != 0;
    let sid = match what {
        What::Allows | What::Denies => {
            // SAFETY: entries of these kinds have the layout of this one, with the SID at its end.
            sid_text(unsafe { &raw mut (*ace.cast::<ACCESS_ALLOWED_ACE>()).SidStart }.cast())?
        }
        What::Unknown => String::new(),
    };
    Ok(Entry { what, sid, is_inherited_only })
}

/// `INHERIT_ONLY_ACE` of `winnt.h`.
const INHERIT_ONLY: u8 = 0x08;

/// The security identifier of the user with whose rights this process runs.
pub(crate) fn own_sid() -> io::Result<String> {
    with_own_sid(sid_text)
}

/// The name of that user, `DOMAIN\name`.
pub(crate) fn own_name() -> io::Result<String> {
    with_own_sid(name_of)
}

fn with_own_sid<T>(use_it: impl FnOnce(PSID) -> io::Result<T>) -> io::Result<T> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the handle of one's own process is always valid; the token is written to its place.
    done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the call above has opened it, and nobody else has it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    let mut needed = 0;
    // In words of eight bytes, so that the structure at its beginning is aligned.
    let mut user = Vec::<u64>::new();
    for _ in 0..2 {
        let length = u32::try_from(user.len() * size_of::<u64>()).unwrap_or(u32::MAX);
        // SAFETY: there are `length` bytes to write to.
        let got = done(unsafe {
            let user = user.as_mut_ptr().cast();
            GetTokenInformation(token.as_raw_handle(), TokenUser, user, length, &raw mut needed)
        });
        match got {
            // SAFETY: the system has written this structure, and its SID behind it.
            Ok(()) => return use_it(unsafe { (*user.as_ptr().cast::<TOKEN_USER>()).User.Sid }),
            Err(error) if !is(&error, ERROR_INSUFFICIENT_BUFFER) => return Err(error),
            Err(_) => user = vec![0; (needed as usize).div_ceil(size_of::<u64>())],
        }
    }
    Err(io::Error::other("the process's token changes while it is read"))
}

/// Whether the group of this security identifier counts for what this process does.
pub(crate) fn is_member(sid: &str) -> io::Result<bool> {
    let text = wide(OsStr::new(sid));
    let mut sid: PSID = null_mut();
    // SAFETY: the text ends with a NUL; the SID is written to its place.
    done(unsafe { ConvertStringSidToSidW(text.as_ptr(), &raw mut sid) })?;
    let sid = Local(sid);
    let mut is_member = FALSE;
    // SAFETY: the SID is valid; no token stands for that of this thread.
    done(unsafe { CheckTokenMembership(null_mut(), sid.0, &raw mut is_member) })?;
    Ok(is_member != FALSE)
}

/// Free space for this user where the directory is, in bytes.
pub(crate) fn free_bytes(directory: &Path) -> io::Result<u64> {
    let path = verbatim(directory)?;
    let mut free = 0;
    // SAFETY: the path ends with a NUL; the number is written to its place.
    done(unsafe { GetDiskFreeSpaceExW(path.as_ptr(), &raw mut free, null_mut(), null_mut()) })?;
    Ok(free)
}

/// What this process takes.
pub(crate) fn taken() -> io::Result<Taken> {
    let none = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 };
    let (mut began, mut ended, mut kernel, mut user) = (none, none, none, none);
    let length = u32::try_from(size_of::<PROCESS_MEMORY_COUNTERS>()).unwrap_or(u32::MAX);
    // SAFETY: it is made of numbers, of which zero is one.
    let mut memory: PROCESS_MEMORY_COUNTERS = unsafe { std::mem::zeroed() };
    let mut handles = 0;
    // SAFETY: the handle of one's own process is always valid; each call writes to places of the
    // sizes that it is told.
    unsafe {
        let own = GetCurrentProcess();
        done(K32GetProcessMemoryInfo(own, &raw mut memory, length))?;
        done(GetProcessHandleCount(own, &raw mut handles))?;
        done(GetProcessTimes(own, &raw mut began, &raw mut ended, &raw mut kernel, &raw mut user))?;
    }
    let cpu_100ns = number(kernel).saturating_add(number(user));
    Ok(Taken { resident_bytes: memory.WorkingSetSize as u64, cpu_100ns, handles })
}

fn number(time: FILETIME) -> u64 {
    u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)
}

fn descriptor(rules: &str) -> io::Result<Local> {
    let rules = wide(OsStr::new(rules));
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: the text ends with a NUL; the descriptor is written to its place.
    done(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            rules.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            null_mut(),
        )
    })?;
    Ok(Local(descriptor))
}

fn attributes(descriptor: &Local) -> SECURITY_ATTRIBUTES {
    SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or(u32::MAX),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: FALSE,
    }
}

fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: the SID was given by the system and is still there; the text is written to its place.
    done(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let _text = Local(text.cast());
    // SAFETY: it ends with a NUL.
    let length = (0..).take_while(|index| unsafe { *text.add(*index) } != 0).count();
    // SAFETY: so many were counted.
    Ok(String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) }))
}

fn name_of(sid: PSID) -> io::Result<String> {
    // Names are shorter (`UNLEN` of `lmcons.h` is 256, that of domains 15 or 255).
    let (mut name, mut domain) = ([0_u16; 300], [0_u16; 300]);
    let (mut name_length, mut domain_length, mut kind) = (300, 300, 0);
    // SAFETY: the SID is valid, and there is as much room for the names as is said.
    done(unsafe {
        LookupAccountSidW(
            null(),
            sid,
            name.as_mut_ptr(),
            &raw mut name_length,
            domain.as_mut_ptr(),
            &raw mut domain_length,
            &raw mut kind,
        )
    })?;
    let text = |of: &[u16], length: u32| {
        let of = of.get(..length as usize).unwrap_or(of);
        OsString::from_wide(of).to_string_lossy().into_owned()
    };
    Ok(format!("{}\\{}", text(&domain, domain_length), text(&name, name_length)))
}

/// A path as it is told to the system, of any length and with a NUL at its end: from its drive or
/// share on, and taken as it is written from there on.
fn verbatim(path: &Path) -> io::Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let share = match path.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::Disk(_) => Some(r"\\?\"),
            Prefix::UNC(..) => Some(r"\\?\UNC"),
            _ => None,
        },
        _ => None,
    };
    let mut text = OsString::from(share.unwrap_or_default());
    let written: Vec<u16> = path.as_os_str().encode_wide().collect();
    // `\\server\share` goes on behind `UNC` with one of its backslashes.
    let skipped = usize::from(share == Some(r"\\?\UNC"));
    text.push(OsString::from_wide(written.get(skipped..).unwrap_or_default()));
    if text.encode_wide().any(|unit| unit == 0) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path has a NUL in it"));
    }
    Ok(wide(&text))
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == Some(code.cast_signed())
}

fn done(answer: i32) -> io::Result<()> {
    if answer == FALSE { Err(io::Error::last_os_error()) } else { Ok(()) }
}
