//! Letting nothing of a session run, and letting it go on from where it stands.
//!
//! Every process of the tree is stopped by the system, in a way that no program can refuse (SIGSTOP;
//! on Windows every thread is suspended), and the tree is looked at until nothing of it runs:
//! children that appear meanwhile are found. What stood still before, such as a job that was put
//! aside in a shell, stands still after as well.

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

#[cfg(unix)]
pub(crate) use system::{Member, Motion};

/// How long a tree may take to stand still. A process that waits inside the system for a device
/// stands still already.
const WITHIN: Duration = Duration::from_secs(5);

/// How often the tree is looked at again meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A tree of which nothing runs. Dropping this leaves it so.
#[derive(Debug)]
#[must_use = "a tree that is dropped stands still for ever"]
pub struct Paused {
    held: system::Held,
}

/// Something of the tree could not be stopped; nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these processes cannot be stopped: {left:?}")]
pub struct NotPaused {
    /// Which processes.
    pub left: Vec<u32>,
}

/// Stops every process of the session, and comes back when nothing of it runs.
pub async fn pause_tree(marker: &Marker, leader: Option<u32>) -> Result<Paused, NotPaused> {
    let mut stopping = system::Stopping::default();
    let stopped = tokio::time::timeout(WITHIN, async {
        let mut was_quiet = false;
        loop {
            match stopping.look(marker, leader)? {
                // One look is not one moment: a process that was started behind its back by one
                // that it saw stopped later is there at the second.
                0 if was_quiet => return Ok(()),
                0 => was_quiet = true,
                _ => {
                    was_quiet = false;
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    });
    let why = match stopped.await {
        Ok(Ok(())) => return Ok(Paused { held: stopping.held }),
        Ok(Err(why)) => why,
        Err(_) => NotPaused { left: stopping.running },
    };
    stopping.held.resume();
    Err(why)
}

impl Paused {
    /// Lets it go on. Children go on before their parents, so that no shell sees its job standing
    /// still and puts it aside.
    pub fn resume(self) {
        self.held.resume();
    }
}
