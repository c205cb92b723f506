//! Webhooks: telling somebody's server that a job has ended.
//!
//! What is to be sent is written together with the end of the job, so that no end goes untold, and
//! it is sent until the receiver says that it has it: at least once, always under the same
//! identifier, signed with a secret of the job's owner.
//!
//! - [`secrets`]: what signs
//! - `address`: where it may be sent
//! - `announcing`: what is written when a job ends
//! - [`deliverer`]: who is next, and what came of it, for notifications too
//! - `sending`: one attempt
//! - `schedule`: when it is tried again

pub mod deliverer;
pub mod secrets;

pub(crate) mod address;
pub(crate) mod schedule;
pub(crate) mod sending;

mod announcing;

use std::sync::Arc;

use bus::Event;
use model::webhook::{DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookPart};
use model::{Actor, JobId, UserId};
use policy::Action;
use serde_json::json;

use crate::{ControlPlane, Error};

pub(crate) use address::host_of;
pub(crate) use announcing::Announcement;

/// How many deliveries of a job are shown.
const SHOWN: u32 = 10;

/// What is asked for with a job.
#[derive(Debug, Clone)]
pub struct WebhookRequest {
    /// Where to.
    pub url: String,
    /// What it tells beside where the job stands.
    pub include: Vec<WebhookPart>,
}

/// A webhook with what became of it.
#[derive(Debug, Clone)]
pub struct WholeWebhook {
    /// Where to, and what. Whoever is not the owner of the job sees no more of the address than its
    /// host, because many have a secret in their path.
    pub webhook: Webhook,
    /// What was to be sent, the newest first, each with the attempts that are kept.
    pub deliveries: Vec<(WebhookDelivery, Vec<WebhookAttempt>)>,
}

/// Checks what is asked for: the address, and that there is something to sign with.
pub(crate) async fn checked(
    plane: &ControlPlane,
    owner: UserId,
    request: WebhookRequest,
) -> Result<Webhook, Error> {
    let url = address::checked(plane, &request.url).await?;
    if plane.store.webhook_secrets(owner, plane.now()).await?.is_empty() {
        return Err(secret_missing());
    }
    let mut include = request.include;
    include.sort_unstable();
    include.dedup();
    Ok(Webhook { url, include })
}

/// Nobody could verify what is sent.
pub(crate) fn secret_missing() -> Error {
    let message = "you have no secret yet that signs webhooks";
    let hint = "`gantline webhook secret` or POST /api/webhook-secret makes one and shows it once, \
                for the receiver";
    Error::conflict("webhook_secret_missing", message).with_hint(hint)
}

/// The webhook of a job as an actor may see it, if it has one.
pub(crate) async fn of_job(
    plane: &ControlPlane,
    actor: &Actor,
    owner: UserId,
    job: JobId,
) -> Result<Option<WholeWebhook>, Error> {
    let Some(mut webhook) = plane.store.webhook(job).await? else { return Ok(None) };
    if actor.user() != Some(owner) {
        webhook.url = address::without_path(&webhook.url);
    }
    let mut deliveries: Vec<_> = plane
        .store
        .webhook_deliveries(job, SHOWN)
        .await?
        .into_iter()
        .map(|delivery| (delivery, Vec::new()))
        .collect();
    for (id, attempt) in plane.store.webhook_attempts(job).await? {
        let of = deliveries.iter_mut().find(|(delivery, _)| delivery.id == id);
        if let Some((_, attempts)) = of {
            attempts.push(attempt);
        }
    }
    Ok(Some(WholeWebhook { webhook, deliveries }))
}

/// Sends the last end of a job once more, at once and then as often as the first time.
pub async fn webhook_send_again(
    plane: &ControlPlane,
    actor: &Actor,
    id: JobId,
) -> Result<(), Error> {
    let job = plane.authorise_job(actor, Action::SessionDrive, id).await?;
    let now = plane.now();
    let record = plane.audit(actor, "job.webhook_send", format_args!("job:{id}"), &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let last = tx.webhook_delivery_last(id).await?;
                let mut delivery = last.ok_or_else(nothing_to_send)?;
                // What is to be sent anyhow is sent now.
                delivery.state = DeliveryState::Pending;
                (delivery.tries, delivery.next_at) = (0, Some(now));
                tx.webhook_delivery_put(&delivery).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    plane.bus.tell(Event::JobChanged(Arc::new(job)));
    Ok(())
}

fn nothing_to_send() -> Error {
    let error = Error::conflict("nothing_to_send", "there is no webhook of this job to send");
    error.with_hint("one is made when a job ends that was submitted with `webhook`")
}
