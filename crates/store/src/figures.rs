//! What the database takes, for those who watch the server.

use std::fmt;
use std::sync::{Arc, OnceLock};

use metrics::histogram::OWN_WORK_US;
use metrics::{Counter, Exposition, Histogram};
use model::Clock;

/// Numbers of all writes since the start.
pub(crate) struct Figures {
    /// Without a clock nothing is timed.
    clock: OnceLock<Arc<dyn Clock>>,
    /// From asking to knowing that it is on the disk, or why not.
    writes: Histogram,
    /// One transaction, with the flush at its end.
    commits: Histogram,
    failed: Counter,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            clock: OnceLock::new(),
            writes: Histogram::new(OWN_WORK_US),
            commits: Histogram::new(OWN_WORK_US),
            failed: Counter::new(),
        }
    }
}

impl Figures {
    /// From now on writes are timed by this clock. The first one stays.
    pub(crate) fn time_by(&self, clock: Arc<dyn Clock>) {
        let _ = self.clock.set(clock);
    }

    pub(crate) fn now_us(&self) -> Option<u64> {
        self.clock.get().map(|clock| clock.micros())
    }

    /// A caller has its answer.
    pub(crate) fn written(&self, began_us: Option<u64>) {
        self.observe(&self.writes, began_us);
    }

    /// A transaction has ended.
    pub(crate) fn committed(&self, began_us: Option<u64>) {
        self.observe(&self.commits, began_us);
    }

    /// Work that was asked for was not done because the database would not.
    pub(crate) fn undone(&self, pieces: usize) {
        self.failed.add(pieces as u64);
    }

    fn observe(&self, histogram: &Histogram, began_us: Option<u64>) {
        if let (Some(began_us), Some(now_us)) = (began_us, self.now_us()) {
            histogram.observe_us(now_us.saturating_sub(began_us));
        }
    }

    pub(crate) fn write(&self, into: &mut Exposition) {
        into.histogram(
            "gantline_database_write_seconds",
            "From asking for a change until it is on the disk, waiting in the queue included.",
            &self.writes.observed(),
        );
        into.histogram(
            "gantline_database_commit_seconds",
            "One transaction, which may hold the changes of many, flushed to the disk.",
            &self.commits.observed(),
        );
        into.counter(
            "gantline_database_writes_undone_total",
            "Changes that were not made because the database could not.",
            self.failed.total(),
        );
    }
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figures").finish_non_exhaustive()
    }
}
