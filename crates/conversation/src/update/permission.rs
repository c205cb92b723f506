//! Questions about tool calls, and what was decided.

use model::permission::{PermissionAnswer, PermissionState};
use model::{PermissionRequestId, PolicyRuleId, TurnId};
use serde::{Deserialize, Serialize};

/// A question to a person has been asked, answered or withdrawn. An upsert by `request_id`: the
/// first one says what is asked, the last one how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PermissionUpdate {
    /// Which question.
    pub request_id: PermissionRequestId,
    /// Where it stands: `pending`, `resolved` or `withdrawn`.
    pub state: PermissionState,
    /// The tool call that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The turn that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
    /// One line for people; control characters are made visible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The tool, as policies name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The rule that made it a question, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// SHA-256 of the details, in hexadecimal; an answer names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<PermissionAnswer>,
    /// Who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was added to a denial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What an answer for the session covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<crate::rules::SessionRule>,
}

impl PermissionUpdate {
    /// An upsert that says only where the question stands.
    pub const fn of_state(request_id: PermissionRequestId, state: PermissionState) -> Self {
        Self {
            request_id,
            state,
            tool_call_id: None,
            turn_id: None,
            title: None,
            tool: None,
            reason: None,
            digest: None,
            answer: None,
            by: None,
            note: None,
            rule: None,
        }
    }
}

/// The policy, or an earlier answer for the session, has decided without a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyDecision {
    /// The tool call.
    pub tool_call_id: String,
    /// One line for people; control characters are made visible.
    pub title: String,
    /// The tool, as policies name it.
    pub tool: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// The rule that decided, for people.
    pub reason: String,
    /// SHA-256 of the details, in hexadecimal.
    pub digest: String,
    /// The rule of a person's that decided, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<PolicyRuleId>,
}
