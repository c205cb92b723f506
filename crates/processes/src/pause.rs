//! Letting nothing of a session run, and letting it go on from where it stands.
//!
//! Every process of the tree is stopped by the system (SIGSTOP, which no program can refuse), and
//! the tree is looked at until nothing of it runs: children that appear meanwhile are found. What
//! stood still before, such as a job that was put aside in a shell, stands still after as well.

use std::collections::HashSet;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::Signal;

use crate::Marker;

#[cfg(target_os = "linux")]
use crate::linux as system;
#[cfg(all(unix, not(target_os = "linux")))]
use crate::unix as system;

/// How long a tree may take to stand still. A process that waits inside the system for a device
/// stands still already.
const WITHIN: Duration = Duration::from_secs(5);

/// How often the tree is looked at again meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A process of a session, as it was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) pid: u32,
    /// When it began: with the identifier, which is given again to others, what it is known by.
    pub(crate) started: u64,
    pub(crate) motion: Motion,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems do not tell"))]
pub(crate) enum Motion {
    /// It was stopped.
    Stopped,
    /// It waits inside the system, where no signal reaches it; a stop holds it before it gets back
    /// to its own code.
    InTheKernel,
    /// It runs, or would if it had anything to do.
    Runs,
}

/// A tree of which nothing runs. Dropping this leaves it so.
#[derive(Debug)]
#[must_use = "a tree that is dropped stands still for ever"]
pub struct Paused {
    /// Whom we have stopped, in that order: parents before their children.
    held: Vec<Key>,
}

/// Something of the tree could not be stopped; nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these processes cannot be stopped: {left:?}")]
pub struct NotPaused {
    /// Which processes.
    pub left: Vec<u32>,
}

type Key = (u32, u64);

/// Stops every process of the session, and comes back when nothing of it runs.
pub async fn pause_tree(marker: &Marker, leader: Option<u32>) -> Result<Paused, NotPaused> {
    let mut stopping = Stopping::default();
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
    Paused { held: stopping.held }.resume();
    Err(why)
}

impl Paused {
    /// Lets it go on. Children go on before their parents, so that no shell sees its job standing
    /// still and puts it aside.
    pub fn resume(self) {
        for (pid, started) in self.held.into_iter().rev() {
            if system::is_same(pid, started) {
                // Gone already needs nothing.
                let _ = signal(pid, Signal::CONT);
            }
        }
    }
}

/// A tree on its way to stand still.
#[derive(Default)]
struct Stopping {
    held: Vec<Key>,
    /// The same, and those that stood still when they were first seen.
    seen: HashSet<Key>,
    /// Who ran at the last look.
    running: Vec<u32>,
}

impl Stopping {
    /// Stops whoever runs; answers how many did.
    fn look(&mut self, marker: &Marker, leader: Option<u32>) -> Result<usize, NotPaused> {
        self.running.clear();
        for Member { pid, started, motion } in system::look(marker, leader) {
            let is_new = self.seen.insert((pid, started));
            let stands = match motion {
                Motion::Stopped => true,
                Motion::InTheKernel => !is_new,
                Motion::Runs => false,
            };
            if stands {
                continue;
            }
            self.running.push(pid);
            match signal(pid, Signal::STOP) {
                Ok(()) if is_new => self.held.push((pid, started)),
                Err(Errno::PERM) => return Err(NotPaused { left: vec![pid] }),
                _ => {}
            }
        }
        Ok(self.running.len())
    }
}

fn signal(pid: u32, signal: Signal) -> Result<(), Errno> {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.map_or(Err(Errno::SRCH), |pid| system::signal(pid, signal))
}
