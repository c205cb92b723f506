//! Stopping with signals.

use std::collections::HashSet;

use rustix::io::Errno;
use rustix::process::Signal;

use super::NotPaused;
use crate::Marker;

#[cfg(target_os = "linux")]
use crate::linux as system;
#[cfg(not(target_os = "linux"))]
use crate::unix as system;

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

type Key = (u32, u64);

/// Whom we have stopped, in that order: parents before their children.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<Key>);

impl Held {
    /// Lets them go on, children before their parents.
    pub(super) fn resume(self) {
        for (pid, started) in self.0.into_iter().rev() {
            if system::is_same(pid, started) {
                // Gone already needs nothing.
                let _ = signal(pid, Signal::CONT);
            }
        }
    }
}

/// A tree on its way to stand still.
#[derive(Default)]
pub(super) struct Stopping {
    pub(super) held: Held,
    /// The same, and those that stood still when they were first seen.
    seen: HashSet<Key>,
    /// Who ran at the last look.
    pub(super) running: Vec<u32>,
}

impl Stopping {
    /// Stops whoever runs; answers how many did.
    pub(super) fn look(
        &mut self,
        marker: &Marker,
        leader: Option<u32>,
    ) -> Result<usize, NotPaused> {
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
                Ok(()) if is_new => self.held.0.push((pid, started)),
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
