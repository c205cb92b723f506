//! Webhooks: telling somebody's server that a job has ended.
//!
//! What is sent is signed as the Standard Webhooks specification has it: the headers `webhook-id`,
//! `webhook-timestamp` and `webhook-signature`.

use model::job::{JobFailure, JobState};
use model::webhook::{DeliveryState, WebhookPart};
use model::{JobId, MachineId, SessionId, WebhookDeliveryId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Whom to tell of the end of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobWebhook {
    /// Where to post to: `https`, at most 2048 bytes, and on the public internet, unless the
    /// server's configuration trusts the host.
    pub url: String,
    /// What to tell beside where the job stands; nothing if it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<WebhookPart>,
}

/// What is posted to a webhook when a job has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobEnded {
    /// `job.completed`, `job.failed` or `job.canceled`.
    #[serde(rename = "type")]
    pub event: String,
    /// When it ended.
    pub timestamp: Time,
    /// The job as it was then.
    pub data: EndedJob,
}

/// A job that has ended, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndedJob {
    /// Identifier.
    pub id: JobId,
    /// How it has ended.
    pub status: JobState,
    /// The agent.
    pub agent_name: String,
    /// Where it was done.
    pub machine_id: MachineId,
    /// The session of the last attempt, if one was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// How often it was queued. A job that has failed may be tried again, and ends again.
    pub attempt: u32,
    /// When it was submitted.
    pub created_at: Time,
    /// When the last attempt was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// Why it failed or was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same as a stable word for programs, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<JobFailure>,
    /// What the agent was asked to do, where the webhook includes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What the agent said last, where the webhook includes it. At most 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Whether `result` is only the beginning.
    #[serde(default, skip_serializing_if = "is_false")]
    pub result_is_longer: bool,
}

/// The webhook of a job, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobWebhookView {
    /// Where it is posted to; for others than the owner of the job without its path.
    pub url: String,
    /// What it tells beside where the job stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<WebhookPart>,
    /// One for each end of the job, the newest first; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<WebhookDeliveryView>,
}

/// One end of a job that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookDeliveryView {
    /// Its `webhook-id`, the same however often it is sent.
    pub id: WebhookDeliveryId,
    /// `job.completed`, `job.failed` or `job.canceled`.
    #[serde(rename = "type")]
    pub event: String,
    /// Where it stands.
    pub status: DeliveryState,
    /// When the job ended.
    pub created_at: Time,
    /// When it is sent next, while it is to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Time>,
    /// What was tried, the oldest first; at most the last 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<WebhookAttemptView>,
}

/// One try to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookAttemptView {
    /// Which one, from 1.
    pub attempt: u32,
    /// When it was begun.
    pub at: Time,
    /// How long it took.
    pub took_ms: u64,
    /// The status of the answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it was no delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What may be known of the secret that signs one's webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookSecretView {
    /// When it was made; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// Until when the one before it signs too, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<Time>,
}

/// Makes a secret that signs one's webhooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhookSecret {
    /// For how many seconds the one before it goes on signing beside it, at most 604800; a day if
    /// it is left out, 0 if it was found out by somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_signs_s: Option<u64>,
}

/// A secret that was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedWebhookSecret {
    /// The secret for the receiver, `whsec_` and base64. Shown this one time.
    pub secret: String,
    /// What may be known of it later.
    #[serde(flatten)]
    pub view: WebhookSecretView,
}

impl std::fmt::Debug for CreatedWebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedWebhookSecret")
            .field("secret", &"[redacted]")
            .field("view", &self.view)
            .finish()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde wants")]
const fn is_false(value: &bool) -> bool {
    !*value
}
