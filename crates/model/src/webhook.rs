//! Webhooks: telling somebody's server that a job has ended.

use std::time::Duration;

use crate::job::JobState;
use crate::words;
use crate::{
    InvalidTransition, JobId, TenantId, Timestamp, UserId, WebhookDeliveryId, WebhookSecretId,
};

words! {
    /// What a webhook tells of a job beside where it stands.
    pub enum WebhookPart as "part of a webhook" {
        /// What the agent was asked to do.
        Prompt = "prompt",
        /// What the agent said last.
        Result = "result",
    }
}

words! {
    /// Where a delivery stands.
    pub enum DeliveryState as "delivery state" {
        /// It is to be sent, for the first time or again.
        Pending = "pending",
        /// The receiver has said that it has it.
        Delivered = "delivered",
        /// It was tried as often as it is, and never taken.
        Failed = "failed",
        /// The receiver wants to hear no more of this job (410).
        Refused = "refused",
    }
}

impl DeliveryState {
    /// Moves: what is to be sent is taken, given up or refused, and what is over may be sent again
    /// because somebody asks for it.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        if (self == Self::Pending) != (next == Self::Pending) {
            return Ok(next);
        }
        Err(InvalidTransition { what: "delivery", from: self.as_str(), to: next.as_str() })
    }
}

/// Who is to be told of the end of a job, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where it is posted to.
    pub url: String,
    /// What it tells beside where the job stands.
    pub include: Vec<WebhookPart>,
}

/// One end of a job that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Identifier: the same however often it is sent, so that a receiver knows it again.
    pub id: WebhookDeliveryId,
    /// The job.
    pub job: JobId,
    /// Whose job; it is sent in their name.
    pub owner: UserId,
    /// Host and port of the receiver. What one person has for one receiver waits in one lane.
    pub destination: String,
    /// Where it is posted to.
    pub url: String,
    /// How the job has ended.
    pub event: JobState,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried since it was made, or since somebody asked for it again.
    pub tries: u32,
    /// When the job ended.
    pub created_at: Timestamp,
    /// When it is tried next, while it is to be sent.
    pub next_at: Option<Timestamp>,
}

/// One try to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// Which one, from 1.
    pub number: u32,
    /// When it was begun.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it was no delivery, for people.
    pub error: Option<String>,
}

/// A secret that signs webhooks, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSecret {
    /// Identifier.
    pub id: WebhookSecretId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Whose jobs it signs for.
    pub user: UserId,
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it signs beside the one that came after it.
    pub retires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::DeliveryState::{self, Pending};

    #[test]
    fn what_is_over_is_sent_again_and_nothing_ends_twice() {
        for from in DeliveryState::ALL {
            for to in DeliveryState::ALL {
                let expected = (*from == Pending) ^ (*to == Pending);
                assert_eq!(from.become_state(*to).is_ok(), expected, "{from} to {to}");
            }
        }
    }
}
