//! What the standard library and the runtime have no words for.
#![expect(unsafe_code, reason = "calls of the system that no safe library offers")]

use std::io;
use std::os::windows::io::{
    AsRawHandle, BorrowedHandle, FromRawHandle, IntoRawHandle, OwnedHandle, RawHandle,
};
use std::ptr::null_mut;

use tokio::net::windows::named_pipe::NamedPipeServer;
use windows_sys::Win32::Foundation::{
    FILETIME, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, LocalFree, SetHandleInformation,
    WAIT_TIMEOUT,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SDDL_REVISION_1, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, PIPE_ACCESS_DUPLEX,
};
use windows_sys::Win32::System::Console::{GetStdHandle, STD_INPUT_HANDLE, SetStdHandle};
use windows_sys::Win32::System::Pipes::{
    CreateNamedPipeW, GetNamedPipeClientProcessId, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessTimes, OpenProcess, OpenProcessToken,
    PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, TerminateProcess,
    WaitForSingleObject,
};

/// How much a pipe holds in each direction, in bytes.
const PIPE_BYTES: u32 = 64 * 1024;

/// With what a process ends that was killed.
const KILLED: u32 = 1;

/// Whether a pipe may be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instance {
    /// It must not.
    First,
    /// It is ours.
    Further,
}

/// Makes an instance of a pipe that belongs to the user of this process, whom alone it lets in, with the
/// system and its administrators.
pub(super) fn create(name: &str, instance: Instance) -> io::Result<OwnedHandle> {
    let user = own_user()?;
    let descriptor =
        Descriptor::of(&format!("O:{user}D:P(A;;FA;;;{user})(A;;FA;;;SY)(A;;FA;;;BA)"))?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    let first = match instance {
        Instance::First => FILE_FLAG_FIRST_PIPE_INSTANCE,
        Instance::Further => 0,
    };
    let name = wide(name);
    // SAFETY: the name ends with a zero, and the attributes and their descriptor live until the call
    // is over.
    let handle = unsafe {
        CreateNamedPipeW(
            name.as_ptr(),
            PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            PIPE_BYTES,
            PIPE_BYTES,
            0,
            &raw const attributes,
        )
    };
    owned(handle)
}

/// Hands an instance of a pipe to the runtime.
pub(super) fn serve(instance: OwnedHandle) -> io::Result<NamedPipeServer> {
    // SAFETY: it is an instance of a pipe, made for overlapped work, and nobody else has it.
    unsafe { NamedPipeServer::from_raw_handle(instance.into_raw_handle()) }
}

/// Takes standard input, so that this process has none any more and nobody inherits it.
pub(super) fn take_standard_input() -> io::Result<OwnedHandle> {
    // SAFETY: no pointers.
    let handle = unsafe { GetStdHandle(STD_INPUT_HANDLE) };
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::ErrorKind::NotConnected.into());
    }
    // SAFETY: the handle is open: nothing in this process closes standard input.
    done(unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) })?;
    // SAFETY: no handle stands for none.
    done(unsafe { SetStdHandle(STD_INPUT_HANDLE, null_mut()) })?;
    // SAFETY: nothing finds it any more but this.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Whether a pipe belongs to the user of this process: nobody can give to others what is theirs, short
/// of the system's administrators.
pub(super) fn is_own(pipe: BorrowedHandle<'_>) -> bool {
    matches!((owner_of(pipe), own_user()), (Ok(owner), Ok(own)) if owner == own)
}

/// Whether the client of this instance of a pipe is a process of the user of this process.
pub(super) fn is_client_own(pipe: BorrowedHandle<'_>) -> bool {
    matches!((client_of(pipe), own_user()), (Ok(client), Ok(own)) if client == own)
}

fn owner_of(object: BorrowedHandle<'_>) -> io::Result<String> {
    let (mut owner, mut descriptor) = (null_mut(), Descriptor(null_mut()));
    // SAFETY: the handle is open, and where what is written lives as long as the call.
    let refused = unsafe {
        GetSecurityInfo(
            object.as_raw_handle(),
            SE_KERNEL_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut descriptor.0,
        )
    };
    if refused != 0 {
        return Err(io::Error::from_raw_os_error(refused.cast_signed()));
    }
    // SAFETY: the owner is in the descriptor, which is there until the end of this function.
    unsafe { text_of(owner) }
}

fn client_of(pipe: BorrowedHandle<'_>) -> io::Result<String> {
    let mut id = 0;
    // SAFETY: the handle is open, and `id` lives as long as the call.
    done(unsafe { GetNamedPipeClientProcessId(pipe.as_raw_handle(), &raw mut id) })?;
    let process = open(id, PROCESS_QUERY_LIMITED_INFORMATION)?;
    user_of(process.as_raw_handle())
}

fn own_user() -> io::Result<String> {
    // SAFETY: no arguments; what it answers need not be closed.
    user_of(unsafe { GetCurrentProcess() })
}

/// The user of a process, as the system writes it.
fn user_of(process: RawHandle) -> io::Result<String> {
    let mut token = null_mut();
    // SAFETY: the caller has the process open, and `token` lives as long as the call.
    done(unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: it was just opened, and nobody else has it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // More than the longest there is, aligned for what is in it.
    let mut user = [0_u64; 32];
    let mut length = 0;
    // SAFETY: it writes no more than there is room for.
    done(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            user.as_mut_ptr().cast(),
            u32::try_from(size_of_val(&user)).unwrap_or_default(),
            &raw mut length,
        )
    })?;
    // SAFETY: it begins with this, whose pointer points into the rest of it.
    unsafe { text_of((*user.as_ptr().cast::<TOKEN_USER>()).User.Sid) }
}

/// A user as the system writes it.
///
/// # Safety
///
/// It must be one.
unsafe fn text_of(user: PSID) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: the caller knows that it is one.
    done(unsafe { ConvertSidToStringSidW(user, &raw mut text) })?;
    // SAFETY: the text ends with a zero, is read up to there, and freed once.
    unsafe {
        let length = (0..).take_while(|at| *text.add(*at) != 0).count();
        let read = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        Ok(read)
    }
}

/// A security descriptor that the system has made.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    fn of(text: &str) -> io::Result<Self> {
        let (text, mut descriptor) = (wide(text), Self(null_mut()));
        // SAFETY: the text ends with a zero, and both live as long as the call.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor.0,
                null_mut(),
            )
        })?;
        Ok(descriptor)
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the system made it, and nobody else frees it; none is as good.
        unsafe { LocalFree(self.0) };
    }
}

/// A process that is not a child of this one.
#[derive(Debug)]
pub(super) struct Process(OwnedHandle);

impl Process {
    /// The process that has this number now.
    pub(super) fn open(id: u32) -> io::Result<Self> {
        let access = PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | PROCESS_SYNCHRONIZE;
        open(id, access).map(Self)
    }

    /// When it began, as the system counts. With its number this is one process for ever.
    pub(super) fn created(&self) -> io::Result<u64> {
        let mut times = [FILETIME::default(); 4];
        let [created, ended, kernel, user] = times.each_mut().map(std::ptr::from_mut);
        // SAFETY: the handle is open, and the times live as long as the call.
        done(unsafe { GetProcessTimes(self.0.as_raw_handle(), created, ended, kernel, user) })?;
        let [created, ..] = times;
        Ok(u64::from(created.dwHighDateTime) << u32::BITS | u64::from(created.dwLowDateTime))
    }

    /// Whether it has not ended.
    pub(super) fn is_running(&self) -> bool {
        // SAFETY: the handle is open, and nothing is waited for.
        unsafe { WaitForSingleObject(self.0.as_raw_handle(), 0) == WAIT_TIMEOUT }
    }

    /// Ends it.
    pub(super) fn terminate(&self) -> io::Result<()> {
        // SAFETY: the handle is open.
        done(unsafe { TerminateProcess(self.0.as_raw_handle(), KILLED) })
    }
}

fn open(id: u32, access: u32) -> io::Result<OwnedHandle> {
    // SAFETY: no pointers.
    owned(unsafe { OpenProcess(access, 0, id) })
}

/// A handle that the system has just opened, or why it did not.
fn owned(handle: RawHandle) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it was just opened, and nobody else has it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn done(succeeded: i32) -> io::Result<()> {
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
