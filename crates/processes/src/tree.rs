//! Who belongs to a session, and ending them.

use std::time::Duration;

use crate::Marker;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// How gently a tree is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// How long the tree may take to end once it has been asked to. Where there are two ways to
    /// ask, the second comes halfway. Zero asks nobody.
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
    /// Nobody is asked.
    pub const NONE: Self = Self { polite: Duration::ZERO, hard: Duration::from_secs(5) };
}

/// How often the tree is looked at again while it ends.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Processes that still belong to the session, zombies left out.
pub fn survivors(marker: &Marker, leader: Option<u32>) -> Vec<u32> {
    system::members(marker, leader)
}

/// Ends every process of the session: asks it to end, then kills until nobody is left. Who stands
/// still is let go on to hear it. Processes that are started meanwhile are found and killed as
/// well.
///
/// On Unix everybody is sent SIGTERM, then SIGHUP (interactive shells ignore the former). On
/// Windows the leader and who is in its process group get Ctrl-Break, if the leader was started by
/// this process and shares its console; who cannot be asked is killed at once.
pub async fn end_tree(marker: &Marker, leader: Option<u32>, grace: Grace) {
    for request in system::REQUESTS {
        if grace.polite.is_zero() {
            break;
        }
        if !system::ask(&survivors(marker, leader), leader, *request) {
            break;
        }
        let within = grace.polite / u32::try_from(system::REQUESTS.len()).unwrap_or(1);
        if looks_until_gone(marker, leader, within, Meanwhile::Nothing).await {
            return;
        }
    }
    if !looks_until_gone(marker, leader, grace.hard, Meanwhile::Kill).await {
        let left = survivors(marker, leader);
        tracing::error!(session.marker = marker.value(), ?left, "processes survived being killed");
    }
}

/// Waits until nobody of the session is left, or the time is over. Nobody is asked or killed.
pub async fn gone_within(marker: &Marker, leader: Option<u32>, time: Duration) -> bool {
    looks_until_gone(marker, leader, time, Meanwhile::Nothing).await
}

/// What is done at every look with those who are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    Kill,
}

/// Looks until nobody is left or the time is over.
async fn looks_until_gone(
    marker: &Marker,
    leader: Option<u32>,
    time: Duration,
    meanwhile: Meanwhile,
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
            if meanwhile == Meanwhile::Kill {
                system::kill(marker, &members);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(time, looks).await.is_ok()
}
