//! The calls to Windows that have no safe wrapper. Nothing is decided here.
#![expect(unsafe_code, reason = "pseudo-consoles, and programs on them, have no safe wrapper")]

use std::ffi::{OsStr, c_void};
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use processes::windows::CommandLine;
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Console::{
    COORD, ClosePseudoConsole, CreatePseudoConsole, HPCON, ResizePseudoConsole,
    SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::Threading::{
    CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, GetExitCodeProcess, INFINITE, InitializeProcThreadAttributeList,
    LPPROC_THREAD_ATTRIBUTE_LIST, PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, PROCESS_INFORMATION,
    ResumeThread, STARTF_USESTDHANDLES, STARTUPINFOEXW, STARTUPINFOW, TerminateProcess,
    UpdateProcThreadAttribute, WaitForSingleObject,
};

use crate::Size;

/// A pseudo-console. Dropping it closes it, which tells everybody on it to end and waits until what
/// they have written is read or refused.
#[derive(Debug)]
pub(super) struct Console(HPCON);

impl Console {
    /// Makes one that reads and writes these, of which it gets its own.
    pub(super) fn create(size: Size, input: &File, output: &File) -> io::Result<Self> {
        let mut console = 0;
        // SAFETY: both handles are open, and the pointer is to a number of ours.
        let answer = unsafe {
            CreatePseudoConsole(
                cells(size),
                input.as_raw_handle(),
                output.as_raw_handle(),
                0,
                &raw mut console,
            )
        };
        known(answer)?;
        Ok(Self(console))
    }

    pub(super) fn resize(&self, size: Size) -> io::Result<()> {
        // SAFETY: the console is open for as long as this is.
        known(unsafe { ResizePseudoConsole(self.0, cells(size)) })
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody uses it after this.
        unsafe { ClosePseudoConsole(self.0) };
    }
}

/// Makes this process, and programs that it starts from now on, hear Ctrl-C. Who was started in a
/// process group of its own does not, and whether one does is inherited.
pub(super) fn hear_ctrl_c() -> io::Result<()> {
    // SAFETY: without a function, this sets what children inherit.
    done(unsafe { SetConsoleCtrlHandler(None, 0) })
}

/// A program that was started. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    handle: OwnedHandle,
    thread: OwnedHandle,
    id: u32,
}

impl Process {
    /// Starts a program on a pseudo-console, with nothing else of ours, before its first step.
    pub(super) fn create_suspended(
        line: &CommandLine,
        environment: &[u16],
        console: &Console,
    ) -> io::Result<Self> {
        let application = wide(line.application.as_os_str());
        let directory = wide(line.directory.as_os_str());
        let mut whole = wide(&line.whole());
        let attributes = Attributes::of_console(console)?;
        let startup = STARTUPINFOEXW {
            StartupInfo: STARTUPINFOW {
                cb: u32::try_from(size_of::<STARTUPINFOEXW>()).map_err(io::Error::other)?,
                // With none given it gets the console's. It would otherwise get ours, where ours are
                // redirected.
                dwFlags: STARTF_USESTDHANDLES,
                ..STARTUPINFOW::default()
            },
            lpAttributeList: attributes.list,
        };
        let mut started = PROCESS_INFORMATION::default();
        let flags = EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT | CREATE_SUSPENDED;
        // SAFETY: all texts end with a zero, the block with two; the line may be written to; the
        // flags say that the structure is the longer one; all of it lives until the call is over.
        let answer = unsafe {
            CreateProcessW(
                application.as_ptr(),
                whole.as_mut_ptr(),
                ptr::null(),
                ptr::null(),
                0,
                flags,
                environment.as_ptr().cast(),
                directory.as_ptr(),
                (&raw const startup).cast(),
                &raw mut started,
            )
        };
        done(answer)?;
        // SAFETY: the system has just opened both for us.
        let (handle, thread) = unsafe {
            (
                OwnedHandle::from_raw_handle(started.hProcess),
                OwnedHandle::from_raw_handle(started.hThread),
            )
        };
        Ok(Self { handle, thread, id: started.dwProcessId })
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Lets it take its first step.
    pub(super) fn begin(&self) -> io::Result<()> {
        // SAFETY: the handle is open.
        let before = unsafe { ResumeThread(self.thread.as_raw_handle()) };
        if before == u32::MAX { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// What tells when it ends.
    pub(super) fn ending(&self) -> io::Result<Ending> {
        self.handle.try_clone().map(Ending)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SAFETY: the handle is open. Gone already is what we want.
        unsafe { TerminateProcess(self.handle.as_raw_handle(), 1) };
    }
}

/// What tells when a program ends.
#[derive(Debug)]
pub(super) struct Ending(OwnedHandle);

impl Ending {
    /// Waits, and answers with the code with which it has ended.
    pub(super) fn wait(&self) -> io::Result<u32> {
        let mut code = 0;
        // SAFETY: the handle is open, and the pointer is to a number of ours.
        unsafe {
            if WaitForSingleObject(self.0.as_raw_handle(), INFINITE) != WAIT_OBJECT_0 {
                return Err(io::Error::last_os_error());
            }
            done(GetExitCodeProcess(self.0.as_raw_handle(), &raw mut code))?;
        }
        Ok(code)
    }
}

/// What a program is started with that has no place of its own.
struct Attributes {
    list: LPPROC_THREAD_ATTRIBUTE_LIST,
    _room: Vec<usize>,
}

impl Attributes {
    fn of_console(console: &Console) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: asks how much room one attribute needs, which it tells by way of an error.
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &raw mut bytes) };
        let mut room = vec![0_usize; bytes.div_ceil(size_of::<usize>())];
        let list = room.as_mut_ptr().cast();
        // SAFETY: the room is as large as was asked for, aligned for whatever is in it, and does not
        // move with the vector.
        done(unsafe { InitializeProcThreadAttributeList(list, 1, 0, &raw mut bytes) })?;
        let attributes = Self { list, _room: room };
        // SAFETY: this attribute's value is the console itself, in place of a pointer to it.
        done(unsafe {
            UpdateProcThreadAttribute(
                list,
                0,
                PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE as usize,
                ptr::with_exposed_provenance::<c_void>(console.0.cast_unsigned()),
                size_of::<HPCON>(),
                ptr::null_mut(),
                ptr::null(),
            )
        })?;
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised, and in a room that is still there.
        unsafe { DeleteProcThreadAttributeList(self.list) };
    }
}

/// The system counts cells with a sign.
fn cells(size: Size) -> COORD {
    let count = |cells: u16| i16::try_from(cells).unwrap_or(i16::MAX).max(1);
    COORD { X: count(size.columns), Y: count(size.rows) }
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

fn done(answer: i32) -> io::Result<()> {
    if answer == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Reads an HRESULT.
fn known(answer: i32) -> io::Result<()> {
    if answer < 0 { Err(io::Error::from_raw_os_error(answer)) } else { Ok(()) }
}
