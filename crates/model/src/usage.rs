//! Tokens of one LLM call attempt.

use serde::{Deserialize, Serialize};

use crate::price::{Cost, NanoUsd};
use crate::provider::ProviderName;
use crate::{
    MachineId, ProviderKeyId, ProxyTokenId, SessionId, TenantId, Timestamp, UsageRecordId, UserId,
    words,
};

words! {
    /// How sure a usage record is, and how its attempt ended.
    pub enum UsageStatus as "usage status" {
        /// The upstream finished and said what it used.
        Complete = "complete",
        /// The upstream broke off; what is recorded is what was seen until then.
        Partial = "partial",
        /// The upstream never said; the numbers are counted from the bytes.
        Estimated = "estimated",
        /// The client left, or the server ended the call, before the answer's end; what is recorded
        /// is what the upstream had said until then, or else is counted from the bytes.
        Aborted = "aborted",
        /// The upstream refused or failed; nothing was used.
        Refused = "refused",
    }
}

words! {
    /// By what usage is added up.
    pub enum UsageGrouping as "grouping" {
        /// Who used it.
        User = "user",
        /// Where the agent ran.
        Machine = "machine",
        /// In which session.
        Session = "session",
        /// Which model was asked for.
        Model = "model",
        /// On which day, in UTC.
        Day = "day",
        /// In which hour, in UTC.
        Hour = "hour",
    }
}

/// Tokens by class. The classes do not overlap: their sum is what was processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TokenCounts {
    /// Prompt tokens that were neither read from nor written to a cache.
    pub input: u64,
    /// Prompt tokens read from a cache.
    pub cache_read: u64,
    /// Prompt tokens written to a cache.
    pub cache_write: u64,
    /// The part of `cache_write` that was written for an hour, where the upstream says so; what
    /// is written for less costs less.
    #[serde(default)]
    pub cache_write_1h: u64,
    /// Generated tokens, reasoning among them.
    pub output: u64,
    /// The part of `output` that was reasoning, where the upstream says so.
    pub reasoning: u64,
}

impl TokenCounts {
    /// All tokens that were processed. `reasoning` and `cache_write_1h` are parts of others and not
    /// added again.
    pub const fn total(&self) -> u64 {
        self.input + self.cache_read + self.cache_write + self.output
    }
}

/// What several attempts used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageSum {
    /// Attempts.
    pub calls: u64,
    /// Those whose tokens the upstream has not counted to their end: they are under way, or were
    /// broken off.
    pub estimated_calls: u64,
    /// Tokens by class.
    pub tokens: TokenCounts,
    /// What they cost.
    pub cost: NanoUsd,
    /// Whether nobody knows the price of some of it, so that a high one was assumed.
    pub is_assumed: bool,
}

/// One LLM call attempt: exactly one record each, whatever happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecord {
    /// Identifier, made when the attempt began.
    pub id: UsageRecordId,
    /// The tenant that pays.
    pub tenant: TenantId,
    /// The user whose session it was.
    pub user: UserId,
    /// The machine the call came from.
    pub machine: MachineId,
    /// The session the call belongs to.
    pub session: SessionId,
    /// The token that was used.
    pub proxy_token: ProxyTokenId,
    /// The key that was used; `None` where none was chosen.
    pub provider_key: Option<ProviderKeyId>,
    /// The vendor.
    pub provider: ProviderName,
    /// The model asked for.
    pub model_asked: Option<String>,
    /// The model that answered, where the upstream says so.
    pub model_answered: Option<String>,
    /// What was used.
    pub tokens: TokenCounts,
    /// How sure that is.
    pub status: UsageStatus,
    /// What it cost; `None` in records of releases that did not know prices.
    pub cost: Option<Cost>,
    /// The upstream's HTTP status; `None` where it never answered.
    pub http_status: Option<u16>,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// From the beginning to the first byte of the answer's body, in milliseconds.
    pub first_byte_ms: Option<u64>,
    /// From the beginning to the end, in milliseconds.
    pub duration_ms: u64,
    /// What the gateway itself took before the request went on, in microseconds, without waiting
    /// for the client's body; `None` in records of releases that did not measure it.
    pub overhead_us: Option<u64>,
}
