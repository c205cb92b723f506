//! Letting processes begin, stand still and go on.

use std::io;
use std::os::windows::io::OwnedHandle;

use super::job::Process;
use super::sys;

pub(crate) use windows_sys::Win32::System::Threading::CREATE_SUSPENDED;

/// A thread that we have suspended. Dropping this leaves it so.
#[derive(Debug)]
pub(crate) struct Suspended {
    thread: OwnedHandle,
}

/// The threads of these processes, each with its process.
pub(crate) fn of(processes: &[Process]) -> Vec<(u32, u32)> {
    of_all(|id| processes.iter().any(|process| process.id == id))
}

/// Suspends a thread of this process; `None` if it is gone or just going. The error is a refusal of
/// the system.
pub(crate) fn suspend(thread: u32, process: u32) -> io::Result<Option<Suspended>> {
    let thread = match sys::open_thread(thread) {
        Ok(thread) => thread,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
        Err(_) => return Ok(None),
    };
    if sys::process_of(&thread) != process {
        return Ok(None);
    }
    Ok(sys::suspend(&thread).map(|_| Suspended { thread }))
}

impl Suspended {
    /// Takes our suspension back. A thread that is gone needs nothing.
    pub(crate) fn resume(self) {
        sys::resume(&self.thread);
    }
}

/// Lets a process take its first step that was started without one.
pub(crate) fn begin(process: u32) -> io::Result<()> {
    let begun = of_all(|id| id == process)
        .into_iter()
        .filter_map(|(thread, _)| sys::resume(&sys::open_thread(thread).ok()?))
        .count();
    if begun == 0 { Err(io::Error::other("the process has no thread")) } else { Ok(()) }
}

/// Lets every thread of these processes go on, whoever has suspended it.
pub(crate) fn let_go_on(processes: &[u32]) {
    for (thread, process) in of_all(|id| processes.contains(&id)) {
        let Ok(thread) = sys::open_thread(thread) else { continue };
        if sys::process_of(&thread) != process {
            continue;
        }
        while sys::resume(&thread).is_some_and(|before| before > 1) {}
    }
}

fn of_all(is_wanted: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
    let mut threads = sys::threads().unwrap_or_else(|error| {
        tracing::warn!(%error, "the system does not tell which threads there are");
        Vec::new()
    });
    threads.retain(|(_, process)| is_wanted(*process));
    threads
}
