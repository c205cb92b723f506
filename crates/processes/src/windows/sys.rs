//! The calls to Windows that have no safe wrapper. Nothing is decided here.
#![expect(unsafe_code, reason = "job objects, threads and consoles have no safe wrapper")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_ALREADY_EXISTS, ERROR_MORE_DATA, GetLastError, HANDLE, INVALID_HANDLE_VALUE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SDDL_REVISION_1, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Console::{
    CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent, GetConsoleCP,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, IsProcessInJob, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList,
    JobObjectExtendedLimitInformation, OpenJobObjectW, QueryInformationJobObject,
    SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;
use windows_sys::Win32::System::SystemServices::{JOB_OBJECT_QUERY, JOB_OBJECT_TERMINATE};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessIdOfThread, OpenProcess, OpenProcessToken, OpenThread,
    PROCESS_QUERY_INFORMATION, PROCESS_SET_QUOTA, PROCESS_TERMINATE, ResumeThread, SuspendThread,
    THREAD_QUERY_LIMITED_INFORMATION, THREAD_SUSPEND_RESUME, TerminateProcess,
};

/// What whoever is ended leaves as its exit code, as `taskkill /F` does.
const ENDED: u32 = 1;

/// Makes a job, or opens the one of this name, to which the security descriptor then means nothing.
/// Answers whether it was there.
pub(super) fn create_job(name: &str, security: &str) -> io::Result<(OwnedHandle, bool)> {
    let name = wide(OsStr::new(name));
    let descriptor = Descriptor::parse(security)?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of_u32::<SECURITY_ATTRIBUTES>(),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    // SAFETY: both pointers are to what lives until the call is over; the name ends with a zero.
    let handle = unsafe { CreateJobObjectW(&raw const attributes, name.as_ptr()) };
    // SAFETY: asks for a number of this thread, before any other call can change it.
    let was_there = unsafe { GetLastError() } == ERROR_ALREADY_EXISTS;
    Ok((owned(handle)?, was_there))
}

/// Opens the job of this name to look at it and to end it.
pub(super) fn open_job(name: &str) -> io::Result<OwnedHandle> {
    let name = wide(OsStr::new(name));
    // SAFETY: the name lives until the call is over, and ends with a zero.
    owned(unsafe { OpenJobObjectW(JOB_OBJECT_QUERY | JOB_OBJECT_TERMINATE, 0, name.as_ptr()) })
}

/// Lets everybody in the job end when nobody has it open any more. Whoever is in it cannot leave,
/// which is so unless a limit says otherwise.
pub(super) fn kill_on_close(job: &OwnedHandle) -> io::Result<()> {
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    // SAFETY: the pointer and the size are those of the structure that this class wants.
    done(unsafe {
        SetInformationJobObject(
            raw(job),
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size_of_u32::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(),
        )
    })
}

/// Puts a process into a job. Its children will be there as well.
pub(super) fn assign(job: &OwnedHandle, process: &OwnedHandle) -> io::Result<()> {
    // SAFETY: both handles are open.
    done(unsafe { AssignProcessToJobObject(raw(job), raw(process)) })
}

/// Whether a process is in a job.
pub(super) fn is_in_job(job: &OwnedHandle, process: &OwnedHandle) -> io::Result<bool> {
    let mut is_in = 0;
    // SAFETY: both handles are open, and the pointer is to a number of ours.
    done(unsafe { IsProcessInJob(raw(process), raw(job), &raw mut is_in) })?;
    Ok(is_in != 0)
}

/// The identifiers of everybody in the job. `room` is how many may be told; answers `None` if there
/// are more.
pub(super) fn job_members(job: &OwnedHandle, room: usize) -> io::Result<Option<Vec<u32>>> {
    // Two numbers of 32 bits, which are as many words as the alignment of what follows makes them,
    // and then a word for each process.
    let header = 8 / size_of::<usize>();
    let mut words = vec![0_usize; header + room];
    let bytes = u32::try_from(words.len() * size_of::<usize>()).map_err(io::Error::other)?;
    // SAFETY: the room is ours, as large as is said, and aligned for the structure of this class.
    let told = unsafe {
        QueryInformationJobObject(
            raw(job),
            JobObjectBasicProcessIdList,
            words.as_mut_ptr().cast(),
            bytes,
            ptr::null_mut(),
        )
    };
    if told == 0 {
        let error = io::Error::last_os_error();
        let is_short = error.raw_os_error() == i32::try_from(ERROR_MORE_DATA).ok();
        return if is_short { Ok(None) } else { Err(error) };
    }
    // SAFETY: there are at least eight bytes, aligned for a word and so for half of one.
    let [all, listed] = unsafe { words.as_ptr().cast::<[u32; 2]>().read() };
    if listed < all {
        return Ok(None);
    }
    let identifiers = words[header..].iter().take(listed as usize);
    Ok(Some(identifiers.filter_map(|word| u32::try_from(*word).ok()).collect()))
}

/// Ends everybody in the job.
pub(super) fn terminate_job(job: &OwnedHandle) -> io::Result<()> {
    // SAFETY: the handle is open.
    done(unsafe { TerminateJobObject(raw(job), ENDED) })
}

/// Opens a process to put it into a job.
pub(super) fn open_process_to_assign(id: u32) -> io::Result<OwnedHandle> {
    // SAFETY: takes and gives numbers only.
    owned(unsafe { OpenProcess(PROCESS_SET_QUOTA | PROCESS_TERMINATE, 0, id) })
}

/// Opens a process to look which one it is. While it is open, its identifier is not given again.
pub(super) fn open_process_to_look(id: u32) -> io::Result<OwnedHandle> {
    // SAFETY: takes and gives numbers only.
    owned(unsafe { OpenProcess(PROCESS_QUERY_INFORMATION, 0, id) })
}

/// Opens a process to end it.
pub(super) fn open_process_to_end(id: u32) -> io::Result<OwnedHandle> {
    // SAFETY: takes and gives numbers only.
    owned(unsafe { OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_TERMINATE, 0, id) })
}

/// Ends a process.
pub(super) fn terminate(process: &OwnedHandle) -> io::Result<()> {
    // SAFETY: the handle is open.
    done(unsafe { TerminateProcess(raw(process), ENDED) })
}

/// All threads of this computer, with the processes that they are of.
pub(super) fn threads() -> io::Result<Vec<(u32, u32)>> {
    // SAFETY: takes and gives numbers only.
    let snapshot = owned(unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) })?;
    let mut entry =
        THREADENTRY32 { dwSize: size_of_u32::<THREADENTRY32>(), ..THREADENTRY32::default() };
    let mut threads = Vec::new();
    // SAFETY: the snapshot is open, and the structure is ours and says how large it is.
    let mut is_there = unsafe { Thread32First(raw(&snapshot), &raw mut entry) };
    while is_there != 0 {
        threads.push((entry.th32ThreadID, entry.th32OwnerProcessID));
        // SAFETY: as above.
        is_there = unsafe { Thread32Next(raw(&snapshot), &raw mut entry) };
    }
    Ok(threads)
}

/// Opens a thread to suspend it and let it go on.
pub(super) fn open_thread(id: u32) -> io::Result<OwnedHandle> {
    let access = THREAD_SUSPEND_RESUME | THREAD_QUERY_LIMITED_INFORMATION;
    // SAFETY: takes and gives numbers only.
    owned(unsafe { OpenThread(access, 0, id) })
}

/// The process that a thread is of; zero if the system does not tell.
pub(super) fn process_of(thread: &OwnedHandle) -> u32 {
    // SAFETY: the handle is open.
    unsafe { GetProcessIdOfThread(raw(thread)) }
}

/// Suspends a thread once more; answers how often it was before, `None` if it cannot be.
pub(super) fn suspend(thread: &OwnedHandle) -> Option<u32> {
    // SAFETY: the handle is open.
    let before = unsafe { SuspendThread(raw(thread)) };
    (before != u32::MAX).then_some(before)
}

/// Takes one suspension back; answers how many there were, `None` if it cannot be.
pub(super) fn resume(thread: &OwnedHandle) -> Option<u32> {
    // SAFETY: the handle is open.
    let before = unsafe { ResumeThread(raw(thread)) };
    (before != u32::MAX).then_some(before)
}

/// Whether this process has a console, be it one that nobody sees.
pub(super) fn has_console() -> bool {
    // SAFETY: asks for a number.
    unsafe { GetConsoleCP() != 0 }
}

/// Sends Ctrl-Break to a process group on this process's console.
pub(super) fn ctrl_break(group: u32) -> io::Result<()> {
    // SAFETY: takes numbers only.
    done(unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, group) })
}

/// The directory in which the system's own programs are.
pub(super) fn system_directory() -> io::Result<OsString> {
    let mut room = [0_u16; 1024];
    // SAFETY: the room is ours and as large as is said.
    let length = unsafe { GetSystemDirectoryW(room.as_mut_ptr(), 1024) } as usize;
    if length == 0 || length > room.len() {
        return Err(io::Error::last_os_error());
    }
    Ok(OsString::from_wide(&room[..length]))
}

/// The user whom this process works for, as a security identifier (`S-1-5-21-…`).
pub(super) fn user() -> io::Result<String> {
    let mut token = ptr::null_mut();
    // SAFETY: the pointer is to a handle of ours.
    done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    let token = owned(token)?;
    // The structure and the longest identifier (68 bytes) behind it.
    let mut room = [0_u64; 32];
    let mut length = 0;
    // SAFETY: the room is ours, as large as is said, and aligned for the structure of this class.
    done(unsafe {
        GetTokenInformation(raw(&token), TokenUser, room.as_mut_ptr().cast(), 256, &raw mut length)
    })?;
    // SAFETY: the system has put the structure there, with a pointer into the same room.
    let user = unsafe { room.as_ptr().cast::<TOKEN_USER>().read() };
    written_out(user.User.Sid)
}

/// Who owns what a handle is open to, as a security identifier.
pub(super) fn owner(handle: &OwnedHandle) -> io::Result<String> {
    let (mut owner, mut descriptor) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the pointers are to pointers of ours, or to nothing, which asks for nothing.
    let error = unsafe {
        GetSecurityInfo(
            raw(handle),
            SE_KERNEL_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    let _descriptor = Descriptor(descriptor);
    if error != 0 {
        return Err(io::Error::from_raw_os_error(error.cast_signed()));
    }
    written_out(owner)
}

/// The text of a security identifier that is valid while this is called.
fn written_out(identifier: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: callers pass an identifier that the system has made; the other is a pointer of ours.
    done(unsafe { ConvertSidToStringSidW(identifier, &raw mut text) })?;
    // SAFETY: the text that the system has made ends with a zero, and is read until there.
    let units = (0..).map(|index| unsafe { *text.add(index) }).take_while(|unit| *unit != 0);
    let owned = String::from_utf16_lossy(&units.collect::<Vec<_>>());
    // SAFETY: the system has allocated it for us, and nobody has it any more.
    unsafe { LocalFree(text.cast()) };
    Ok(owned)
}

/// A security descriptor that the system has allocated for us.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    fn parse(text: &str) -> io::Result<Self> {
        let text = wide(OsStr::new(text));
        let mut descriptor = ptr::null_mut();
        // SAFETY: the text ends with a zero; the other is a pointer of ours.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: allocated by the system for us, or nothing, which is left alone.
        unsafe { LocalFree(self.0) };
    }
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

fn raw(handle: &OwnedHandle) -> HANDLE {
    handle.as_raw_handle()
}

fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just opened it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn done(answer: i32) -> io::Result<()> {
    if answer == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The size of a structure as the system wants it said.
#[expect(clippy::cast_possible_truncation, reason = "no structure here is a kilobyte long")]
const fn size_of_u32<T>() -> u32 {
    size_of::<T>() as u32
}

/// Who may do what with what a handle is open to, in the security descriptor's own language.
#[cfg(test)]
pub(super) fn access_list(handle: &OwnedHandle) -> io::Result<String> {
    use windows_sys::Win32::Security::Authorization::ConvertSecurityDescriptorToStringSecurityDescriptorW;
    use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;

    let (mut list, mut descriptor, mut text) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: as in `owner` and `written_out`.
    unsafe {
        let error = GetSecurityInfo(
            raw(handle),
            SE_KERNEL_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut list,
            ptr::null_mut(),
            &raw mut descriptor,
        );
        assert_eq!(error, 0);
        done(ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor,
            SDDL_REVISION_1,
            DACL_SECURITY_INFORMATION,
            &raw mut text,
            ptr::null_mut(),
        ))?;
        let units = (0..).map(|index| *text.add(index)).take_while(|unit| *unit != 0);
        let owned = String::from_utf16_lossy(&units.collect::<Vec<_>>());
        LocalFree(text.cast());
        LocalFree(descriptor);
        Ok(owned)
    }
}
