//! What is written when a job ends: the body that is sent, as it is now, whatever becomes of the
//! job until it arrives.

use contract::Time;
use contract::webhooks::{EndedJob, JobEnded};
use http::Uri;
use model::job::{Job, JobLogLine, LogLevel};
use model::webhook::{DeliveryState, Webhook, WebhookDelivery, WebhookPart};
use model::{Timestamp, WebhookDeliveryId};
use store::Tx;
use store::jobs::JobText;

use super::address::destination;
use crate::{ControlPlane, Error};

/// The end of a job that is told, made ready before it is known whether anybody is to be told.
pub(crate) struct Announcement {
    id: WebhookDeliveryId,
    now: Timestamp,
}

impl Announcement {
    pub(crate) fn of(plane: &ControlPlane) -> Self {
        let now = plane.now();
        Self { id: WebhookDeliveryId::new(now, &**plane.rng()), now }
    }

    /// Writes it beside the end of the job, whose result is stored by now; answers what is to be
    /// said of that in its log.
    pub(crate) async fn write(self, tx: &mut Tx, job: &Job) -> Result<Option<JobLogLine>, Error> {
        let Some(webhook) = tx.webhook(job.id).await? else { return Ok(None) };
        let last = tx.webhook_delivery_last(job.id).await?;
        if last.is_some_and(|last| last.state == DeliveryState::Refused) {
            let message = "No webhook is sent: its receiver wanted to hear no more of this job";
            return Ok(Some(tx.job_log(job.id, self.now, LogLevel::Warn, message).await?));
        }
        let text = tx.job_text(job.id).await?.ok_or(Error::not_found("job"))?;
        let body = body(job, &webhook, text, self.now)?;
        let uri: Uri = webhook.url.parse().map_err(Error::internal)?;
        let delivery = WebhookDelivery {
            id: self.id,
            job: job.id,
            owner: job.owner,
            destination: destination(&uri),
            url: webhook.url,
            event: job.state,
            state: DeliveryState::Pending,
            tries: 0,
            created_at: self.now,
            next_at: Some(self.now),
        };
        tx.webhook_delivery_insert(&delivery, &body).await?;
        Ok(None)
    }
}

fn body(job: &Job, hook: &Webhook, text: JobText, now: Timestamp) -> Result<String, Error> {
    let includes = |part| hook.include.contains(&part);
    let result = text.result.filter(|_| includes(WebhookPart::Result));
    let ended = JobEnded {
        event: format!("job.{}", job.state),
        timestamp: Time(job.finished_at.unwrap_or(now)),
        data: EndedJob {
            id: job.id,
            status: job.state,
            agent_name: job.agent.to_string(),
            machine_id: job.machine,
            session_id: job.session,
            attempt: job.attempt,
            created_at: Time(job.created_at),
            started_at: job.started_at.map(Time),
            finished_at: job.finished_at.map(Time),
            error: job.error.clone(),
            error_code: job.failure,
            prompt: includes(WebhookPart::Prompt).then_some(text.prompt),
            result_is_longer: result.as_ref().is_some_and(|result| result.is_longer),
            result: result.map(|result| result.text),
        },
    };
    serde_json::to_string(&ended).map_err(Error::internal)
}
