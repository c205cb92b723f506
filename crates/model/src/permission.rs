//! The agent's question to a person, and its answer.

use crate::{
    InvalidTransition, MachineId, PermissionRequestId, SessionId, TenantId, Timestamp, TurnId,
    UserId, words,
};

words! {
    /// Where a permission request stands.
    pub enum PermissionState as "permission state" {
        /// Nobody has answered.
        Pending = "pending",
        /// Somebody has answered; the answer is on its way to the machine.
        Answered = "answered",
        /// The machine has the answer.
        Delivered = "delivered",
        /// The agent went on with the answer.
        Resolved = "resolved",
        /// The question is moot: the turn was cancelled, or the agent is gone.
        Withdrawn = "withdrawn",
    }
}

impl PermissionState {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Resolved | Self::Withdrawn)
    }

    /// Moves forward; a question can be withdrawn until the agent went on with its answer.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        let forward = !self.is_final() && next > self;
        if forward || next == self {
            return Ok(next);
        }
        Err(InvalidTransition {
            what: "permission request",
            from: self.as_str(),
            to: next.as_str(),
        })
    }
}

words! {
    /// What a person can answer.
    pub enum PermissionAnswer as "answer" {
        /// Yes, this one time.
        AllowOnce = "allow_once",
        /// Yes, and the same again until the session ends.
        AllowSession = "allow_session",
        /// No. A note may tell the agent why.
        Deny = "deny",
    }
}

/// Who or what gave a decision about a tool call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// A person.
    User(UserId),
    /// The session's policy, without a person.
    Policy,
}

/// The agent's question, as stored on the server until it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRequest {
    /// Identifier, given by the daemon.
    pub id: PermissionRequestId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The machine on which the tool would run.
    pub machine: MachineId,
    /// The session that asks.
    pub session: SessionId,
    /// The turn that asks.
    pub turn: Option<TurnId>,
    /// One line for people, such as `Write notes.txt`.
    pub title: String,
    /// The tool call as JSON, whole: what a person sees is what the agent will do.
    pub details: String,
    /// SHA-256 of `details`; an answer is bound to it.
    pub digest: [u8; 32],
    /// Where it stands.
    pub state: PermissionState,
    /// The answer, once given.
    pub answer: Option<PermissionAnswer>,
    /// What the person added to a denial.
    pub note: Option<String>,
    /// Who answered.
    pub answered_by: Option<UserId>,
    /// When it was asked, by the server's clock.
    pub asked_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answered_request_is_never_pending_again() {
        assert!(PermissionState::Answered.become_state(PermissionState::Pending).is_err());
        assert!(PermissionState::Pending.become_state(PermissionState::Withdrawn).is_ok());
        assert!(PermissionState::Resolved.become_state(PermissionState::Withdrawn).is_err());
        assert!(PermissionState::Withdrawn.become_state(PermissionState::Resolved).is_err());
    }
}
