//! Suspending threads.

use std::collections::HashSet;

use super::NotPaused;
use crate::Marker;
use crate::windows::Job;
use crate::windows::threads::{self, Suspended};

/// The threads that we have suspended, in that order. A thread that somebody else has suspended as
/// well stays so when ours is taken back: the system counts.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<Suspended>);

impl Held {
    /// Lets them go on.
    pub(super) fn resume(self) {
        self.0.into_iter().rev().for_each(Suspended::resume);
    }
}

/// A tree on its way to stand still.
#[derive(Default)]
pub(super) struct Stopping {
    pub(super) held: Held,
    /// The same threads. We have them open, so that nobody else can get their identifiers.
    seen: HashSet<u32>,
    /// Who ran at the last look.
    pub(super) running: Vec<u32>,
}

impl Stopping {
    /// Suspends every thread that is not; answers how many processes had one.
    ///
    /// A thread that waits inside the system when it is suspended does not get back to its own
    /// code, and one on another processor is interrupted there, which the next look comes later
    /// than.
    pub(super) fn look(
        &mut self,
        marker: &Marker,
        _leader: Option<u32>,
    ) -> Result<usize, NotPaused> {
        self.running.clear();
        let Some(job) = Job::of(marker) else { return Ok(0) };
        let members = job.processes().map_err(|left| NotPaused { left })?;
        for (thread, process) in threads::of(&members) {
            if self.seen.contains(&thread) {
                continue;
            }
            self.running.push(process);
            let suspended = threads::suspend(thread, process);
            if let Some(suspended) = suspended.map_err(|_| NotPaused { left: vec![process] })? {
                self.held.0.push(suspended);
                self.seen.insert(thread);
            }
        }
        self.running.dedup();
        Ok(self.running.len())
    }
}
