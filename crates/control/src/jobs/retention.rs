//! Jobs that ended long ago are deleted, with prompt, result and log. What they used and what was
//! written down of them stays.

use bus::{Event, JobPlace};
use model::Timestamp;
use model::job::Job;
use serde_json::json;
use store::StoreError;
use store::audit::NewAuditRecord;

use crate::ControlPlane;
use crate::housekeeping::before;

/// How many are deleted in one write, so that others need not wait long for theirs.
const AT_ONCE: usize = 100;

/// Deletes the jobs that ended longer ago than they are kept.
pub(crate) async fn jobs_drop_old(plane: &ControlPlane) -> Result<(), StoreError> {
    let Some(kept) = plane.config.job_retention else { return Ok(()) };
    let limit = before(plane.now(), kept);
    loop {
        let most = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let old = plane.store.jobs_finished_before(limit, most).await?;
        let is_last = old.len() < AT_ONCE;
        drop_all(plane, old, limit).await?;
        if is_last {
            return Ok(());
        }
    }
}

async fn drop_all(plane: &ControlPlane, old: Vec<Job>, limit: Timestamp) -> Result<(), StoreError> {
    let old: Vec<_> = old.into_iter().map(|job| (record(plane, &job), job)).collect();
    let gone = plane
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let mut gone = Vec::with_capacity(old.len());
                for (record, job) in old {
                    // One that somebody has queued again is kept.
                    if tx.job_delete_finished(job.id, limit).await? {
                        tx.audit_append(record).await?;
                        gone.push(JobPlace::from(&job));
                    }
                }
                Ok(gone)
            })
        })
        .await?;
    for place in gone {
        plane.bus.tell(Event::JobRemoved(place));
    }
    Ok(())
}

fn record(plane: &ControlPlane, job: &Job) -> NewAuditRecord {
    plane.audit_in(
        Some(job.tenant),
        "system".to_owned(),
        "job.delete",
        format_args!("job:{}", job.id),
        "ok",
        &json!({ "reason": "retention" }),
    )
}
