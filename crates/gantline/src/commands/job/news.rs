//! News of one job, as they happen.

use client::{Client, Error, LiveEvent};
use model::JobId;

/// Waits for what happens to a job.
pub(super) struct News {
    live: client::Live,
    job: JobId,
}

impl News {
    pub(super) fn of(client: &Client, job: JobId) -> Self {
        Self { live: client.live(), job }
    }

    /// Waits until there may be something new of the job: because it was told, or because the
    /// connection came up or did not, so that something may have been missed. Where no WebSocket
    /// gets through, its tries are the times to look.
    pub(super) async fn next(&mut self) -> Result<(), Error> {
        loop {
            match self.live.next().await? {
                LiveEvent::Snapshot(_) | LiveEvent::Disconnected { .. } => return Ok(()),
                LiveEvent::Job(job) if job.id == self.job => return Ok(()),
                LiveEvent::JobLogged { job, .. } | LiveEvent::JobDeleted(job)
                    if job == self.job =>
                {
                    return Ok(());
                }
                _ => {}
            }
        }
    }
}
