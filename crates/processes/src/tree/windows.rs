//! Asking by Ctrl-Break, and ending jobs.

use crate::Marker;
use crate::windows::{Job, console, threads};

/// The one way to ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct CtrlBreak;

/// What a tree is asked with.
pub(super) const REQUESTS: &[CtrlBreak] = &[CtrlBreak];

/// Everybody in the session's job but this process.
pub(super) fn members(marker: &Marker, _leader: Option<u32>) -> Vec<u32> {
    let Some(job) = Job::of(marker) else { return Vec::new() };
    let mut members = job.members();
    members.retain(|member| *member != std::process::id());
    members
}

/// Asks the leader's process group; answers whether that was possible.
pub(super) fn ask(members: &[u32], leader: Option<u32>, _request: CtrlBreak) -> bool {
    let Some(leader) = leader.filter(|leader| members.contains(leader)) else { return false };
    if !console::break_group(leader) {
        return false;
    }
    threads::let_go_on(members);
    true
}

/// Ends the job; or everybody else in it, should this process be in it itself.
pub(super) fn kill(marker: &Marker, members: &[u32]) {
    let Some(job) = Job::of(marker) else { return };
    if job.members().contains(&std::process::id()) {
        job.end_only(members);
    } else {
        job.end();
    }
}
