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

/// What calls used together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageTotals {
    /// Call attempts.
    pub calls: u64,
    /// Those of them whose tokens are estimates, because the upstream has not counted them to
    /// their end: they are under way, or were broken off.
    pub estimated_calls: u64,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// All tokens.
    pub total_tokens: u64,
    /// What they cost, in US dollars.
    pub cost_usd: f64,
    /// Whether nobody knows the price of some of it, so that a high one was taken.
    pub cost_is_assumed: bool,
}

/// What a session used. Told anew (`session.usage`) while it calls models, twice a second at the
/// most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionUsage {
    /// The session.
    pub session_id: SessionId,
    /// What its calls used.
    #[serde(flatten)]
    pub totals: UsageTotals,
}

/// What one of a group used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageGroup {
    /// Which one: an identifier, a model, a day such as `2026-11-21`, or an hour such as
    /// `2026-11-21T16:00Z`.
    pub key: String,
    /// What it is called; of a model, whose it is.
    pub name: String,
    /// What its calls used.
    #[serde(flatten)]
    pub totals: UsageTotals,
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
    /// All of it.
    pub total: UsageTotals,
    /// The dearest first; days and hours in their order, without those in which nothing was used.
    pub groups: Vec<UsageGroup>,
    /// Whether there are more than the 1000 groups that are listed: those that cost least, or the
    /// earliest days or hours.
    pub has_more_groups: bool,
}

/// How usage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageFormat {
    /// All of it.
    Json,
    /// A line for each group.
    Csv,
}

/// What was used, added up, and the last attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// Added up.
    #[serde(flatten)]
    pub summary: UsageSummary,
    /// The last attempts, the newest first.
    pub usage: Vec<UsageView>,
}
