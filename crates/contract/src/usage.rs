//! What LLM calls used.

use model::price::PriceSource;
use model::usage::{TokenCounts, UsageGrouping, UsageStatus};
use model::{MachineId, ProviderKeyId, SessionId, UsageRecordId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// One LLM call attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// The key that paid.
    pub provider_key_id: Option<ProviderKeyId>,
    /// The model asked for.
    pub model: Option<String>,
    /// The model that answered.
    pub model_answered: Option<String>,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// What they cost, in US dollars.
    pub cost_usd: Option<f64>,
    /// Where the price comes from; `assumed` where nobody knows it, so that a high one was taken.
    pub price_source: Option<PriceSource>,
    /// Which price of there.
    pub price_version: Option<String>,
    /// How sure the tokens are.
    pub status: UsageStatus,
    /// The upstream's HTTP status.
    pub http_status: Option<u16>,
    /// When it began.
    pub started_at: Time,
    /// Milliseconds until the first byte of the answer.
    pub first_byte_ms: Option<u64>,
    /// Milliseconds until the end.
    pub duration_ms: u64,
    /// Microseconds that the gateway itself took before the request went on.
    pub overhead_us: Option<u64>,
}

/// What LLM calls used, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// The attempts.
    pub usage: Vec<UsageView>,
}

/// What a session used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionUsage {
    /// The session.
    pub session_id: SessionId,
    /// Call attempts.
    pub calls: u64,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// All tokens.
    pub total_tokens: u64,
    /// What they cost, in US dollars.
    pub cost_usd: f64,
    /// Whether nobody knows the price of some of it, so that a high one was taken.
    pub cost_is_assumed: bool,
}

/// What one of a group used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageGroup {
    /// Which one: an identifier, a model, or a day such as `2026-11-21`.
    pub key: String,
    /// What it is called; of a model, whose it is.
    pub name: String,
    /// Call attempts.
    pub calls: u64,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// All tokens.
    pub total_tokens: u64,
    /// What they cost, in US dollars.
    pub cost_usd: f64,
    /// Whether nobody knows the price of some of it, so that a high one was taken.
    pub cost_is_assumed: bool,
}

/// What was used, added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageSummary {
    /// By what it is added up.
    pub by: UsageGrouping,
    /// From when.
    pub since: Time,
    /// Until when, without that moment.
    pub until: Time,
    /// The dearest first; days in their order.
    pub groups: Vec<UsageGroup>,
}
