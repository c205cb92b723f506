//! Jobs: one prompt each, done unattended.
//!
//! A job is durable before it is acknowledged. It is begun by one write, which takes it from the
//! queue and stores the session, the turn and the orders for both; it is settled from what the
//! database knows of that turn. So nothing is held in between that could be lost: a server that is
//! killed finds every job as it stood, and none is begun twice (R01, R21).
//!
//! - [`submission`]: what is asked for, checked and stored
//! - [`dispatcher`]: who is next, and what has ended
//! - `starting`, `settling`: the beginning and the end of an attempt
//! - `answer`: what the agent said
//! - `ending`: the write that ends a job, whoever asks for it
//! - `retention`: the deletion of those that ended long ago

pub mod dispatcher;
pub mod submission;

mod answer;
mod ending;
mod retention;
mod settling;
mod starting;

use std::sync::Arc;

use bus::{Event, JobPlace};
use model::job::{Job, JobAttempt, JobLogLine, JobState, LogLevel};
use model::{Actor, JobId, MachineId, Timestamp};
use policy::Action;
use serde_json::json;
use store::jobs::{JobFilter, JobText};

use crate::authorise::{acting_tenant, acting_user};
use crate::freezes::refuse_frozen_now;
use crate::webhooks::{self, WholeWebhook};
use crate::{ControlPlane, Error};
use ending::{Ending, job_end};

pub(crate) use retention::jobs_drop_old;
pub use submission::{JobRequest, Submitted, job_submit};

/// How often a job can be tried.
pub const MAX_ATTEMPTS: u32 = 50;

/// How many jobs may run at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobLimits {
    /// On one machine.
    pub per_machine: u32,
    /// For one user, on all machines.
    pub per_user: u32,
}

impl Default for JobLimits {
    fn default() -> Self {
        Self { per_machine: 4, per_user: 8 }
    }
}

/// A job with everything that is known of it.
#[derive(Debug, Clone)]
pub struct WholeJob {
    /// What it is and where it stands.
    pub job: Job,
    /// Its long texts.
    pub text: JobText,
    /// The lines of its log that are kept.
    pub log: Vec<JobLogLine>,
    /// The attempts that were begun.
    pub attempts: Vec<JobAttempt>,
    /// Who is told of its end, and what became of that.
    pub webhook: Option<WholeWebhook>,
}

/// What became of a job that was to go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It was not finished; it is cancelled, and its record stays.
    Canceled(Job),
    /// It was finished; its record is gone.
    Deleted(Job),
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobsWanted {
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only in this state.
    pub state: Option<JobState>,
    /// Only those that come after this one in the list.
    pub after: Option<(Timestamp, JobId)>,
    /// How many at the most.
    pub limit: u32,
}

/// One job, with everything that is known of it.
pub async fn job(plane: &ControlPlane, actor: &Actor, id: JobId) -> Result<WholeJob, Error> {
    let job = plane.authorise_job(actor, Action::SessionView, id).await?;
    whole(plane, actor, job).await
}

/// Jobs that the actor may see, the newest first.
pub async fn jobs(
    plane: &ControlPlane,
    actor: &Actor,
    wanted: JobsWanted,
) -> Result<Vec<Job>, Error> {
    let tenant = acting_tenant(actor)?;
    let visible_to = match actor {
        Actor::User { role, .. } if role.administers_tenant() => None,
        _ => Some(acting_user(actor)?),
    };
    let filter = JobFilter {
        tenant: Some(tenant),
        visible_to,
        machine: wanted.machine,
        state: wanted.state,
        after: wanted.after,
        limit: wanted.limit.clamp(1, 200),
    };
    Ok(plane.store.jobs(filter).await?)
}

/// Lines of a job's log after a position, and the highest position that exists.
pub async fn job_log(
    plane: &ControlPlane,
    actor: &Actor,
    id: JobId,
    after: u64,
    limit: u32,
) -> Result<(Vec<JobLogLine>, u64), Error> {
    plane.authorise_job(actor, Action::SessionView, id).await?;
    let last = plane.store.job_log_last(id).await?;
    Ok((plane.store.job_log(id, after, limit.clamp(1, 1_000)).await?, last))
}

/// Cancels a job that is not finished. What it had begun is told to end, and whatever is reported
/// of it later changes nothing any more. The second time is answered as the first (R23).
pub async fn job_cancel(plane: &ControlPlane, actor: &Actor, id: JobId) -> Result<Job, Error> {
    let job = plane.authorise_job(actor, Action::SessionStop, id).await?;
    if job.state == JobState::Canceled {
        return Ok(job);
    }
    let record = plane.audit(actor, "job.cancel", format_args!("job:{id}"), &json!({}));
    let ending = Ending::canceled("canceled").with_record(record);
    job_end(plane, &job, ending).await?.ok_or_else(|| {
        let error = Error::conflict("job_finished", "this job is finished already");
        error.with_hint("DELETE removes its record; a failed one can be tried again")
    })
}

/// Queues a job that has failed once more, as it was submitted.
pub async fn job_retry(plane: &ControlPlane, actor: &Actor, id: JobId) -> Result<Job, Error> {
    let job = plane.authorise_job(actor, Action::SessionDrive, id).await?;
    plane.authorise_machine(actor, Action::SessionStart, job.machine).await?;
    let (now, by) = (plane.now(), acting_user(actor)?);
    let record = plane.audit(actor, "job.retry", format_args!("job:{id}"), &json!({}));
    let (job, line) = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut job = tx.job(id).await?.ok_or(Error::not_found("job"))?;
                refuse_frozen_now(tx, job.machine).await?;
                queue_again(&mut job, now)?;
                tx.job_put(&job).await?;
                tx.job_set_result(id, None).await?;
                let message = format!("Attempt {} queued by user {by}", job.attempt);
                let line = tx.job_log(id, now, LogLevel::Info, &message).await?;
                tx.audit_append(record).await?;
                Ok((job, line))
            })
        })
        .await?;
    tell(plane, &job, vec![line]);
    Ok(job)
}

/// Cancels a job that is not finished, removes the record of one that is.
pub async fn job_remove(plane: &ControlPlane, actor: &Actor, id: JobId) -> Result<Removal, Error> {
    let job = plane.authorise_job(actor, Action::SessionStop, id).await?;
    if !job.state.is_final() {
        match job_cancel(plane, actor, id).await {
            // It has ended by itself meanwhile, and is removed like every other.
            Err(error) if error.code == "job_finished" => {}
            canceled => return canceled.map(Removal::Canceled),
        }
    }
    let record = plane.audit(actor, "job.delete", format_args!("job:{id}"), &json!({}));
    let job = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let job = tx.job(id).await?.ok_or(Error::not_found("job"))?;
                if !job.state.is_final() {
                    let message = "somebody has queued this job again";
                    return Err(Error::conflict("job_not_finished", message));
                }
                tx.job_delete(id).await?;
                tx.audit_append(record).await?;
                Ok(job)
            })
        })
        .await?;
    plane.bus.tell(Event::JobRemoved(JobPlace::from(&job)));
    Ok(Removal::Deleted(job))
}

async fn whole(plane: &ControlPlane, actor: &Actor, job: Job) -> Result<WholeJob, Error> {
    let id = job.id;
    let text = plane.store.job_text(id).await?.ok_or(Error::not_found("job"))?;
    let most = u32::try_from(store::jobs::log::MAX_LINES).unwrap_or(u32::MAX);
    let log = plane.store.job_log(id, 0, most).await?;
    let attempts = plane.store.job_attempts(id).await?;
    let webhook = webhooks::of_job(plane, actor, job.owner, id).await?;
    Ok(WholeJob { job, text, log, attempts, webhook })
}

fn queue_again(job: &mut Job, now: Timestamp) -> Result<(), Error> {
    let refused = |error: model::InvalidTransition| {
        Error::conflict("job_not_failed", error.to_string())
            .with_hint("only a failed job can be tried again; submit it anew")
    };
    job.state = job.state.become_state(JobState::Queued).map_err(refused)?;
    if job.attempt >= MAX_ATTEMPTS {
        let message = format!("this job was tried {MAX_ATTEMPTS} times");
        return Err(Error::conflict("too_many_attempts", message).with_hint("submit it anew"));
    }
    job.attempt += 1;
    job.queued_at = now;
    (job.session, job.turn, job.started_at, job.finished_at) = (None, None, None, None);
    (job.failure, job.error) = (None, None);
    Ok(())
}

/// Tells everybody who may know that a job has changed, and what was written into its log.
pub(crate) fn tell(plane: &ControlPlane, job: &Job, lines: Vec<JobLogLine>) {
    let place = JobPlace::from(job);
    for line in lines {
        plane.bus.tell(Event::JobLogged(place, Arc::new(line)));
    }
    plane.bus.tell(Event::JobChanged(Arc::new(job.clone())));
}
