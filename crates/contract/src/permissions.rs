//! Questions of agents to people.

use model::permission::{PermissionAnswer, PermissionState};
use model::{MachineId, PermissionRequestId, SessionId, TurnId, UserId};
use policy::{RuleReach, RuleWithin};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PermissionView {
    /// Identifier.
    pub request_id: PermissionRequestId,
    /// The session that asks.
    pub session_id: SessionId,
    /// The machine on which it would happen.
    pub machine_id: MachineId,
    /// The turn that asks.
    pub turn_id: Option<TurnId>,
    /// One line for people.
    pub title: String,
    /// The tool call, whole: what is shown is what the agent will do.
    #[schema(value_type = conversation::PermissionDetails)]
    pub details: Box<RawValue>,
    /// SHA-256 of the details, in hexadecimal; give it back with the answer.
    pub digest: String,
    /// Where it stands.
    pub state: PermissionState,
    /// The answer, once given.
    pub answer: Option<PermissionAnswer>,
    /// What the person added to a denial.
    pub note: Option<String>,
    /// Who answered.
    pub answered_by: Option<UserId>,
    /// When it was asked.
    pub asked_at: Time,
    /// When it was answered.
    pub answered_at: Option<Time>,
}

/// Open questions.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Permissions {
    /// The oldest first.
    pub permissions: Vec<PermissionView>,
}

/// Answers a question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerPermission {
    /// The answer.
    pub answer: PermissionAnswer,
    /// What to tell the agent with a denial, at most 4000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// From the question, so that the answer is to what was seen.
    pub digest: String,
    /// Makes the same answer hold from then on, in the same person's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<AlwaysAnswer>,
}

/// How far an answer reaches beyond its question. What can be chosen stands in the question's
/// details, as `always`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlwaysAnswer {
    /// How much of what was asked it covers.
    pub reach: RuleReach,
    /// How many of the command's first words count, where it is about those; all if it is left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_words: Option<usize>,
    /// Where it holds.
    pub within: RuleWithin,
    /// For how long, in seconds, at most 366 days; for ever if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u64>,
}

/// One question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OnePermission {
    /// Always true.
    pub success: bool,
    /// The question.
    pub permission: PermissionView,
}
