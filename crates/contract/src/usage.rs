//! What LLM calls used.

use model::usage::{TokenCounts, UsageStatus};
use model::{MachineId, SessionId, UsageRecordId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// One LLM call attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageView {
    /// Identifier.
    pub usage_id: UsageRecordId,
    /// Whose session it was.
    pub user_id: UserId,
    /// Where the agent ran.
    pub machine_id: MachineId,
    /// The session.
    pub session_id: SessionId,
    /// The vendor.
    pub provider: String,
    /// The model asked for.
    pub model: Option<String>,
    /// The model that answered.
    pub model_answered: Option<String>,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// How sure that is.
    pub status: UsageStatus,
    /// The upstream's HTTP status.
    pub http_status: Option<u16>,
    /// When it began.
    pub started_at: Time,
    /// Milliseconds until the first byte of the answer.
    pub first_byte_ms: Option<u64>,
    /// Milliseconds until the end.
    pub duration_ms: u64,
}

/// What LLM calls used, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// The attempts.
    pub usage: Vec<UsageView>,
}

/// What a session used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionUsage {
    /// The session.
    pub session_id: SessionId,
    /// Call attempts.
    pub calls: u64,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// All tokens.
    pub total_tokens: u64,
}
