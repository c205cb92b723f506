//! The write that ends a job, whoever asks for it: the agent that is done, a person, the clock. The
//! first one counts.

use model::job::{Job, JobFailure, JobLogLine, JobState, LogLevel};
use model::{Actor, SessionId, Timestamp};
use serde_json::json;
use store::Tx;
use store::audit::NewAuditRecord;
use store::commands::NewCommand;
use store::jobs::JobResult;
use wire::command::{Order, StopSession};

use super::tell;
use crate::webhooks::Announcement;
use crate::{ControlPlane, Error};

/// How a job ends.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) state: JobState,
    failure: Option<JobFailure>,
    /// For people; why it failed or was cancelled.
    error: Option<String>,
    result: Option<JobResult>,
    /// What else is to be said in its log, before its end.
    remarks: Vec<String>,
    record: Option<NewAuditRecord>,
}

impl Ending {
    pub(super) const fn completed() -> Self {
        Self::new(JobState::Completed, None, None)
    }

    pub(super) fn failed(failure: JobFailure, error: impl Into<String>) -> Self {
        Self::new(JobState::Failed, Some(failure), Some(error.into()))
    }

    pub(super) fn canceled(error: impl Into<String>) -> Self {
        Self::new(JobState::Canceled, None, Some(error.into()))
    }

    const fn new(state: JobState, failure: Option<JobFailure>, error: Option<String>) -> Self {
        Self { state, failure, error, result: None, remarks: Vec::new(), record: None }
    }

    pub(super) fn with_result(self, result: Option<JobResult>) -> Self {
        Self { result, ..self }
    }

    pub(super) fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    pub(super) fn with_record(self, record: NewAuditRecord) -> Self {
        Self { record: Some(record), ..self }
    }

    fn last_line(&self) -> (LogLevel, String) {
        match (self.state, &self.error) {
            (JobState::Failed, Some(error)) => (LogLevel::Error, format!("Job failed: {error}")),
            (JobState::Canceled, Some(error)) => (LogLevel::Warn, format!("Job {error}")),
            _ => (LogLevel::Info, "Job completed successfully".to_owned()),
        }
    }

    /// Writes the end; answers the lines that it adds to the job's log.
    async fn write(self, tx: &mut Tx, job: &mut Job) -> Result<Vec<JobLogLine>, Error> {
        let (level, last) = self.last_line();
        job.failure = self.failure;
        job.error = self.error;
        let now = job.finished_at.unwrap_or(job.queued_at);
        tx.job_put(job).await?;
        tx.job_attempt_end(job).await?;
        if let Some(result) = &self.result {
            tx.job_set_result(job.id, Some(result)).await?;
        }
        let mut lines = Vec::with_capacity(self.remarks.len() + 1);
        for remark in &self.remarks {
            lines.push(tx.job_log(job.id, now, LogLevel::Warn, remark).await?);
        }
        lines.push(tx.job_log(job.id, now, level, &last).await?);
        if let Some(record) = self.record {
            tx.audit_append(record).await?;
        }
        Ok(lines)
    }
}

/// Ends a job and the session in which it is done, and sees to it that whoever wants to know is
/// told. `None` if it had ended otherwise before, or
/// another attempt was queued.
pub(super) async fn job_end(
    plane: &ControlPlane,
    seen: &Job,
    ending: Ending,
) -> Result<Option<Job>, Error> {
    let (id, attempt, now) = (seen.id, seen.attempt, plane.now());
    let (stop, announcement) = (Stop::of(plane, seen), Announcement::of(plane));
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let Some(mut job) = tx.job(id).await? else { return Ok(None) };
                if job.state == JobState::Canceled && ending.state == JobState::Canceled {
                    return Ok(Some((job, Vec::new())));
                }
                let Ok(state) = job.state.become_state(ending.state) else { return Ok(None) };
                if job.attempt != attempt {
                    return Ok(None);
                }
                (job.state, job.finished_at) = (state, Some(now));
                let mut lines = ending.write(tx, &mut job).await?;
                lines.extend(announcement.write(tx, &job).await?);
                if let Some(session) = job.session {
                    stop.write(tx, session, now).await?;
                }
                Ok(Some((job, lines)))
            })
        })
        .await?;
    let Some((job, lines)) = ended else { return Ok(None) };
    plane.relay.commands_waiting(job.machine);
    tell(plane, &job, lines);
    Ok(Some(job))
}

/// What ends the session of a job, made ready before it is known which session that is. The order
/// waits for its machine for as long as it takes.
struct Stop {
    command: NewCommand,
    record: NewAuditRecord,
}

impl Stop {
    fn of(plane: &ControlPlane, job: &Job) -> Self {
        let order = Order::StopSession(StopSession { reason: "its job has ended".to_owned() });
        let nowhere = SessionId::new(plane.now(), &**plane.rng());
        let facts = json!({ "job": job.id.to_string() });
        Self {
            command: plane.lasting_command(&Actor::System, job.machine, nowhere, order),
            record: plane.audit_in(
                Some(job.tenant),
                "system".to_owned(),
                "session.stop",
                "",
                "ok",
                &facts,
            ),
        }
    }

    async fn write(self, tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), Error> {
        let open = tx.session(session).await?.is_some_and(|session| !session.state.is_final());
        if !open {
            return Ok(());
        }
        tx.command_append(&NewCommand { session, ..self.command }).await?;
        tx.proxy_tokens_revoke_session(session, now).await?;
        let object = format!("session:{session}");
        tx.audit_append(NewAuditRecord { object, ..self.record }).await?;
        Ok(())
    }
}
