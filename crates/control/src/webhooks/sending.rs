//! One attempt to deliver: sign, post, judge the answer, write down what came of it.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, Uri};
use model::Timestamp;
use model::job::LogLevel;
use model::user::UserState;
use model::webhook::{DeliveryState, WebhookAttempt, WebhookDelivery};
use outbound::{Answered, ConnectError, Connector, Post, PostError};
use vault::SigningSecret;

use super::{schedule, secrets};
use crate::{ControlPlane, Error, jobs};

/// How long a receiver has for its answer, from looking up its name on.
pub(crate) const WITHIN: Duration = Duration::from_secs(15);

const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// The receiver has it.
    Delivered,
    /// The receiver wants no more.
    Refused,
    /// It may be taken later; not before so long, if the receiver has said so.
    NotYet(Option<Duration>),
    /// It will never be.
    Hopeless,
}

/// What is known of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) came: Came,
    pub(crate) status: Option<u16>,
    /// For people.
    pub(crate) error: Option<String>,
}

impl Outcome {
    pub(crate) fn unanswered(came: Came, error: impl Into<String>) -> Self {
        Self { came, status: None, error: Some(error.into()) }
    }
}

/// Sends what is due. What is sent when this is dropped will be sent again.
pub(super) async fn send(
    plane: &ControlPlane,
    connector: &Connector,
    delivery: WebhookDelivery,
    body: String,
) -> Result<(), Error> {
    let (at, begun) = (plane.now(), plane.clock().tick());
    let outcome = match signed(plane, &delivery, body, at).await? {
        Ok(post) => judge(outbound::post(connector, post, WITHIN).await),
        Err(reason) => Outcome::unanswered(Came::Hopeless, reason),
    };
    let took = plane.clock().tick().since(begun);
    tracing::debug!(job.id = %delivery.job, status = outcome.status, "a webhook was sent");
    write(plane, delivery, at, took, outcome).await
}

/// What is posted, or why nothing is.
async fn signed(
    plane: &ControlPlane,
    delivery: &WebhookDelivery,
    body: String,
    at: Timestamp,
) -> Result<Result<Post, &'static str>, Error> {
    // What its owner may not do any more is not done in their name (S48).
    let owner = plane.store.user(delivery.owner).await?;
    if owner.is_none_or(|owner| owner.state != UserState::Active) {
        return Ok(Err("the account that submitted the job is disabled"));
    }
    let secrets = secrets::signing(plane, delivery.owner).await?;
    if secrets.is_empty() {
        return Ok(Err("there is no secret to sign it with"));
    }
    let uri: Uri = delivery.url.parse().map_err(Error::internal)?;
    Ok(Ok(signed_post(uri, delivery.id.to_string(), body, at, &secrets)))
}

/// What is posted, signed with these secrets.
pub(crate) fn signed_post(
    uri: Uri,
    id: String,
    body: String,
    at: Timestamp,
    secrets: &[SigningSecret],
) -> Post {
    let at_s = at.as_millis().div_euclid(1_000);
    let signatures: Vec<_> =
        secrets.iter().map(|secret| secret.sign(&id, at_s, body.as_bytes())).collect();
    let mut post = plain_post(uri, body);
    post.headers.extend([
        (WEBHOOK_ID, id),
        (WEBHOOK_TIMESTAMP, at_s.to_string()),
        (WEBHOOK_SIGNATURE, signatures.join(" ")),
    ]);
    post
}

/// JSON that is posted as it is.
pub(crate) fn plain_post(uri: Uri, body: String) -> Post {
    let headers = vec![
        (CONTENT_TYPE, "application/json".to_owned()),
        (USER_AGENT, format!("gantline/{}", contract::VERSION)),
    ];
    Post { uri, headers, body: Bytes::from(body) }
}

/// What an answer means, or that there was none.
pub(crate) fn judge(answered: Result<Answered, PostError>) -> Outcome {
    let answered = match answered {
        Ok(answered) => answered,
        Err(error) => return Outcome::unanswered(Came::NotYet(None), why(&error)),
    };
    let status = answered.status;
    let (came, error) = match status.as_u16() {
        200..=299 => (Came::Delivered, None),
        410 => (Came::Refused, Some("the receiver wants to hear no more of this job".to_owned())),
        300..=399 => {
            let error = "the receiver redirects, which is not followed; give the last address";
            (Came::NotYet(None), Some(error.to_owned()))
        }
        _ => (Came::NotYet(answered.retry_after), Some(format!("the receiver answered {status}"))),
    };
    Outcome { came, status: Some(status.as_u16()), error }
}

/// Why there was no answer, for people. It names what went wrong and nothing that was sent.
fn why(error: &PostError) -> String {
    match error {
        PostError::Connect(ConnectError::Forbidden(forbidden)) => {
            format!("the address is refused: {forbidden}")
        }
        PostError::Connect(ConnectError::LookUp(_)) => "the host is not known".to_owned(),
        PostError::Connect(ConnectError::TimedOut) | PostError::TimedOut => {
            format!("no answer within {} s", WITHIN.as_secs())
        }
        PostError::Answer(_) => "the answer broke off or was not proper HTTP".to_owned(),
        PostError::Connect(ConnectError::Encrypt(source)) => {
            format!("no encrypted connection: {}", last_cause(&**source))
        }
        other => format!("no connection: {}", last_cause(other)),
    }
}

fn last_cause(error: &dyn StdError) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

async fn write(
    plane: &ControlPlane,
    sent: WebhookDelivery,
    at: Timestamp,
    took: Duration,
    outcome: Outcome,
) -> Result<(), Error> {
    let now = plane.now();
    let pause = match outcome.came {
        Came::NotYet(asked) => {
            schedule::pause_after(&schedule::WEBHOOK, sent.tries + 1, asked, &**plane.rng())
        }
        _ => None,
    };
    let (state, next_at) = match (&outcome.came, pause) {
        (Came::Delivered, _) => (DeliveryState::Delivered, None),
        (Came::Refused, _) => (DeliveryState::Refused, None),
        (_, Some(pause)) => (DeliveryState::Pending, Some(now + pause)),
        (_, None) => (DeliveryState::Failed, None),
    };
    let line = last_line(state, &outcome);
    let attempt =
        WebhookAttempt { number: 0, at, took, status: outcome.status, error: outcome.error };
    let written = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // Its job may have been deleted meanwhile, and everything of it.
                let Some(job) = tx.job(sent.job).await? else { return Ok(None) };
                let tries = sent.tries + 1;
                tx.webhook_attempt_insert(sent.id, &attempt).await?;
                let delivery = WebhookDelivery { state, next_at, tries, ..sent };
                tx.webhook_delivery_put(&delivery).await?;
                let mut lines = Vec::new();
                if let Some((level, message)) = line {
                    lines.push(tx.job_log(job.id, now, level, &message).await?);
                }
                Ok(Some((job, lines)))
            })
        })
        .await?;
    if let Some((job, lines)) = written {
        jobs::tell(plane, &job, lines);
    }
    Ok(())
}

/// What is said in the log of the job when nothing more follows.
fn last_line(state: DeliveryState, outcome: &Outcome) -> Option<(LogLevel, String)> {
    let error = outcome.error.as_deref().unwrap_or_default();
    match state {
        DeliveryState::Pending => None,
        DeliveryState::Delivered => Some((LogLevel::Info, "Webhook delivered".to_owned())),
        _ => Some((LogLevel::Warn, format!("Webhook not delivered: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn the_status_says_what_follows() {
        let came = |status: u16, retry_after| {
            let status = StatusCode::from_u16(status).unwrap();
            let outcome = judge(Ok(Answered { status, retry_after }));
            assert_eq!(outcome.status, Some(status.as_u16()));
            assert_eq!(outcome.error.is_none(), outcome.came == Came::Delivered, "{outcome:?}");
            outcome.came
        };
        for status in [200, 202, 204, 299] {
            assert_eq!(came(status, None), Came::Delivered, "{status}");
        }
        assert_eq!(came(410, None), Came::Refused);
        let asked = Some(Duration::from_mins(2));
        for status in [400, 401, 404, 429, 500, 503] {
            assert_eq!(came(status, asked), Came::NotYet(asked), "{status}");
        }
        for status in [101, 301, 302, 307] {
            assert_eq!(came(status, None), Came::NotYet(None), "{status}");
        }
        let silent = judge(Err(PostError::TimedOut));
        assert_eq!((silent.came, silent.status), (Came::NotYet(None), None));
        assert_eq!(silent.error.as_deref(), Some("no answer within 15 s"));
    }
}
