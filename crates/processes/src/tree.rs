//! Who belongs to a session, and ending them.

use std::time::Duration;

use rustix::process::Signal;

use crate::Marker;

#[cfg(target_os = "linux")]
use crate::linux as system;
#[cfg(all(unix, not(target_os = "linux")))]
use crate::unix as system;

/// How gently a tree is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// How long after the first polite signal the hard one follows; the second polite signal
    /// comes halfway. Zero skips both.
    pub polite: Duration,
    /// How long to wait for the killed to be gone before giving up on them.
    pub hard: Duration,
}

impl Default for Grace {
    fn default() -> Self {
        Self { polite: Duration::from_secs(3), hard: Duration::from_secs(5) }
    }
}

impl Grace {
    /// No polite signal at all.
    pub const NONE: Self = Self { polite: Duration::ZERO, hard: Duration::from_secs(5) };
}

/// How often the tree is looked at again while it ends.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Processes that still belong to the session, zombies left out.
pub fn survivors(marker: &Marker, leader: Option<u32>) -> Vec<u32> {
    system::members(marker, leader)
}

/// Ends every process of the session: asks it to terminate, then hangs up (interactive shells
/// ignore the former), then kills until nobody is left. Who stands still is let go on to hear it.
/// Processes that are started meanwhile are found and killed as well.
pub async fn end_tree(marker: &Marker, leader: Option<u32>, grace: Grace) {
    for signal in [Signal::TERM, Signal::HUP] {
        if grace.polite.is_zero() {
            break;
        }
        let members = survivors(marker, leader);
        signal_all(&members, signal);
        signal_all(&members, Signal::CONT);
        if gone_within(marker, leader, grace.polite / 2, None).await {
            return;
        }
    }
    if !gone_within(marker, leader, grace.hard, Some(Signal::KILL)).await {
        let left = survivors(marker, leader);
        tracing::error!(session.marker = marker.value(), ?left, "processes survived being killed");
    }
}

/// Looks until nobody is left or the time is over; sends `signal` at every look.
async fn gone_within(
    marker: &Marker,
    leader: Option<u32>,
    time: Duration,
    signal: Option<Signal>,
) -> bool {
    let looks = async {
        loop {
            let mut members = survivors(marker, leader);
            if members.is_empty() {
                // One look is not one moment: who was started behind its back is there now.
                members = survivors(marker, leader);
            }
            if members.is_empty() {
                return;
            }
            if let Some(signal) = signal {
                signal_all(&members, signal);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(time, looks).await.is_ok()
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
