//! How much may be used.

use model::quota::{AtStop, BudgetState, QuotaMeasure, QuotaPeriod, QuotaSubject};
use model::{BudgetRequestId, MachineId, QuotaId, SessionId, UserId};
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
    /// What becomes of a call that it stops: it waits while its session asks for more, or it is
    /// refused at once.
    #[serde(default)]
    pub at_stop: AtStop,
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
    /// What people call that one, where it is known.
    pub name: Option<String>,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much: tokens, calls, or US dollars.
    pub limit: f64,
    /// What becomes of a call that it stops.
    pub at_stop: AtStop,
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
    /// What people call it, where it is known.
    pub name: Option<String>,
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
    /// sessions and models, and, where each has an allowance of its own, of those who have reached
    /// 80 percent of theirs.
    pub quotas: Vec<QuotaStatus>,
    /// The session that was asked about.
    pub session_id: Option<SessionId>,
}

/// A session that waits, because a quota has stopped a call of its agent's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BudgetRequestView {
    /// Identifier.
    pub budget_request_id: BudgetRequestId,
    /// The session.
    pub session_id: SessionId,
    /// Where its agent runs.
    pub machine_id: MachineId,
    /// Whose session it is.
    pub user_id: UserId,
    /// The quota.
    pub quota_id: QuotaId,
    /// Whose use the quota limits.
    pub subject: QuotaSubject,
    /// Which one of them.
    pub of: String,
    /// What people call it, where it is known.
    pub name: Option<String>,
    /// What the quota counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much is allowed: tokens, calls, or US dollars.
    pub limit: f64,
    /// How much is used, or reserved for calls under way.
    pub used: f64,
    /// How much the call may need.
    pub asked: f64,
    /// Amounts to offer, the smaller first; the call can go on with either.
    pub offers: [f64; 2],
    /// Whether the caller may grant it; others see that the session waits.
    pub can_grant: bool,
    /// The model that was asked for.
    pub model: Option<String>,
    /// Where it stands.
    pub state: BudgetState,
    /// When it was asked last.
    pub asked_at: Time,
    /// Who answered.
    pub answered_by: Option<UserId>,
    /// When.
    pub answered_at: Option<Time>,
}

/// Sessions that wait for a larger budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BudgetRequests {
    /// The oldest first.
    pub requests: Vec<BudgetRequestView>,
}

/// Answers a session that asks for more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerBudget {
    /// Grants more, until the quota's day or month is over. Needs the right to set quotas.
    Grant {
        /// How much: tokens, calls, or US dollars.
        amount: f64,
    },
    /// Grants nothing: the agent is told to stop.
    Stop {},
}

/// One session's call for more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OneBudgetRequest {
    /// Always true.
    pub success: bool,
    /// The call for more.
    pub request: BudgetRequestView,
}
