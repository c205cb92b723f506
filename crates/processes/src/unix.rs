//! Who belongs to a session, where the system does not tell more than process groups.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use crate::Marker;
use crate::pause::{Member, Motion};

/// The leader, for as long as anybody is in its group; a signal to it reaches the group through
/// the job control of the system.
pub(crate) fn members(_marker: &Marker, leader: Option<u32>) -> Vec<u32> {
    let group = leader.and_then(|leader| Pid::from_raw(i32::try_from(leader).ok()?));
    match group {
        Some(group) if test_kill_process_group(group).is_ok() => {
            vec![group.as_raw_nonzero().get().unsigned_abs()]
        }
        _ => Vec::new(),
    }
}

/// The same, with what is needed to hold them. What has been signalled counts as standing still,
/// because the system does not tell.
pub(crate) fn look(marker: &Marker, leader: Option<u32>) -> Vec<Member> {
    let members = members(marker, leader).into_iter();
    members.map(|pid| Member { pid, started: 0, motion: Motion::InTheKernel }).collect()
}

/// Whether this is still the process that it was, as far as the system tells.
pub(crate) fn is_same(_pid: u32, _started: u64) -> bool {
    true
}

/// Signals the whole group.
pub(crate) fn signal(group: Pid, signal: Signal) -> Result<(), Errno> {
    kill_process_group(group, signal)
}
