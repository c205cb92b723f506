//! Who belongs to a session, where the system does not tell more than process groups.

use rustix::process::{Pid, test_kill_process_group};

use crate::Marker;

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
