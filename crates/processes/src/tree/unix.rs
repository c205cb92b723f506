//! Asking and killing with signals.

use rustix::process::Signal;

use crate::Marker;

#[cfg(target_os = "linux")]
pub(super) use crate::linux::members;
#[cfg(not(target_os = "linux"))]
pub(super) use crate::unix::members;

/// What a tree is asked with, one after the other. Interactive shells ignore the first.
pub(super) const REQUESTS: &[Signal] = &[Signal::TERM, Signal::HUP];

/// Asks everybody; answers whether anybody can have heard it, which a signal always is.
pub(super) fn ask(members: &[u32], _leader: Option<u32>, request: Signal) -> bool {
    signal_all(members, request);
    signal_all(members, Signal::CONT);
    true
}

/// Kills everybody.
pub(super) fn kill(_marker: &Marker, members: &[u32]) {
    signal_all(members, Signal::KILL);
}

fn signal_all(members: &[u32], signal: Signal) {
    for member in members {
        let pid = i32::try_from(*member).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // Gone already is what we want; not ours to signal cannot be helped and shows as a
            // survivor.
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
}
