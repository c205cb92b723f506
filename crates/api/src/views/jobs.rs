//! What jobs look like from outside.

use contract::jobs::{JobAttemptView, JobLogEntry, JobSummary, JobView};
use contract::sessions::Owner;
use contract::webhooks::{JobWebhookView, WebhookAttemptView, WebhookDeliveryView};
use control::jobs::WholeJob;
use control::webhooks::WholeWebhook;
use control::{ControlPlane, Error};
use model::job::{Job, JobAttempt, JobLogLine};
use model::webhook::{WebhookAttempt, WebhookDelivery};

use super::usage::totals;

/// A job as lists show it, with the name of its owner and what it used.
pub async fn summary(plane: &ControlPlane, job: &Job) -> Result<JobSummary, Error> {
    let owner = plane.store.user(job.owner).await?;
    Ok(JobSummary {
        id: job.id,
        status: job.state,
        prompt: job.prompt_head.clone(),
        prompt_is_longer: job.prompt_is_longer,
        agent_name: job.agent.to_string(),
        created_at: job.created_at.into(),
        started_at: job.started_at.map(Into::into),
        finished_at: job.finished_at.map(Into::into),
        error: job.error.clone(),
        error_code: job.failure,
        machine_id: job.machine,
        session_id: job.session,
        turn_id: job.turn,
        project_path: job.workspace.clone(),
        model: job.model.clone(),
        priority: job.priority,
        timeout: job.timeout.map(|timeout| timeout.as_secs()),
        machine_wait: job.machine_wait.as_secs(),
        interactive: job.interactive,
        attempt: job.attempt,
        owner: Owner {
            user_id: job.owner,
            display_name: owner.map(|owner| owner.display_name).unwrap_or_default(),
        },
        usage: totals(&plane.store.job_usage(job.id).await?),
    })
}

/// Jobs as lists show them.
pub async fn summaries(plane: &ControlPlane, jobs: &[Job]) -> Result<Vec<JobSummary>, Error> {
    let mut views = Vec::with_capacity(jobs.len());
    for job in jobs {
        views.push(summary(plane, job).await?);
    }
    Ok(views)
}

/// A job with everything that is known of it.
pub async fn whole(plane: &ControlPlane, whole: WholeJob) -> Result<JobView, Error> {
    let summary = summary(plane, &whole.job).await?;
    let result = whole.text.result;
    Ok(JobView {
        summary: JobSummary { prompt: whole.text.prompt, prompt_is_longer: false, ..summary },
        result_is_longer: result.as_ref().is_some_and(|result| result.is_longer),
        result: result.map(|result| result.text),
        logs: whole.log.iter().map(log_entry).collect(),
        attempts: whole.attempts.iter().map(attempt).collect(),
        policy: serde_json::from_str(&whole.text.policy).map_err(Error::internal)?,
        webhook: whole.webhook.map(webhook),
    })
}

/// A line of a job's log.
pub fn log_entry(line: &JobLogLine) -> JobLogEntry {
    JobLogEntry {
        timestamp: line.at.into(),
        level: line.level,
        message: line.message.clone(),
        seq: line.seq,
    }
}

fn attempt(attempt: &JobAttempt) -> JobAttemptView {
    JobAttemptView {
        attempt: attempt.number,
        status: attempt.state,
        session_id: attempt.session,
        turn_id: attempt.turn,
        started_at: attempt.started_at.into(),
        finished_at: attempt.finished_at.map(Into::into),
        error: attempt.error.clone(),
    }
}

fn webhook(whole: WholeWebhook) -> JobWebhookView {
    JobWebhookView {
        url: whole.webhook.url,
        include: whole.webhook.include,
        deliveries: whole.deliveries.into_iter().map(delivery).collect(),
    }
}

fn delivery((delivery, attempts): (WebhookDelivery, Vec<WebhookAttempt>)) -> WebhookDeliveryView {
    WebhookDeliveryView {
        id: delivery.id,
        event: format!("job.{}", delivery.event),
        status: delivery.state,
        created_at: delivery.created_at.into(),
        next_attempt_at: delivery.next_at.map(Into::into),
        attempts: attempts.into_iter().map(webhook_attempt).collect(),
    }
}

fn webhook_attempt(attempt: WebhookAttempt) -> WebhookAttemptView {
    WebhookAttemptView {
        attempt: attempt.number,
        at: attempt.at.into(),
        took_ms: u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
        status: attempt.status,
        error: attempt.error,
    }
}
