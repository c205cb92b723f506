//! How much may be used.

use model::quota::{QuotaMeasure, QuotaPeriod, QuotaSubject};
use model::{QuotaId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Sets a quota, or changes the limit of the one for the same subject, measure and period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutQuota {
    /// Whose use it limits.
    pub subject: QuotaSubject,
    /// One of them: the identifier of a user, machine or session, or a model as agents ask for it.
    /// If it is left out, each of them has an allowance of its own. A tenant needs none.
    #[serde(default)]
    pub of: Option<String>,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again; days and months are those of UTC.
    pub period: QuotaPeriod,
    /// How much: tokens, calls, or US dollars. 0 allows nothing.
    pub limit: f64,
}

/// A quota.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaView {
    /// Identifier.
    pub quota_id: QuotaId,
    /// Whose use it limits.
    pub subject: QuotaSubject,
    /// Which one of them; nothing where each has an allowance of its own.
    pub of: Option<String>,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much: tokens, calls, or US dollars.
    pub limit: f64,
    /// Who set it.
    pub changed_by: UserId,
    /// When.
    pub changed_at: Time,
}

/// The quotas of the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Quotas {
    /// By subject.
    pub quotas: Vec<QuotaView>,
}

/// One quota.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OneQuota {
    /// Always true.
    pub success: bool,
    /// The quota.
    pub quota: QuotaView,
}

/// Grants more than a quota allows, until the quota's day or month is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseQuota {
    /// To whom, where each has an allowance of its own.
    #[serde(default)]
    pub of: Option<String>,
    /// How much more: tokens, calls, or US dollars.
    pub amount: f64,
}

/// How far a quota is used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaStatus {
    /// The quota.
    pub quota_id: QuotaId,
    /// Whose use it limits.
    pub subject: QuotaSubject,
    /// Which one of them this is about.
    pub of: String,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much is allowed now, with what was granted above the quota.
    pub limit: f64,
    /// How much of that was granted above the quota.
    pub granted: f64,
    /// How much is used, by the ledger. What is reserved for calls under way is not in it.
    pub used: f64,
    /// How much is left.
    pub left: f64,
    /// The highest of 80, 95 and 100 percent that is reached.
    pub reached_percent: Option<u8>,
    /// When it is whole again.
    pub resets_at: Option<Time>,
}

/// How far quotas are used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotaStatuses {
    /// Those that concern whoever asks; for administrators, also those of named users, machines,
    /// sessions and models.
    pub quotas: Vec<QuotaStatus>,
    /// The session that was asked about.
    pub session_id: Option<SessionId>,
}
