//! Quotas: how much may be used, by whom, in which time.

use crate::{
    BudgetRequestId, MachineId, NanoUsd, QuotaId, QuotaRaiseId, SessionId, TenantId, Timestamp,
    UserId, words,
};

words! {
    /// Whose use a quota limits.
    pub enum QuotaSubject as "quota subject" {
        /// Everybody's together.
        Tenant = "tenant",
        /// A user's.
        User = "user",
        /// That of the sessions on a machine.
        Machine = "machine",
        /// A session's.
        Session = "session",
        /// That of a model.
        Model = "model",
    }
}

words! {
    /// What a quota counts.
    pub enum QuotaMeasure as "quota measure" {
        /// Tokens of all classes.
        Tokens = "tokens",
        /// Calls that an upstream has answered.
        Requests = "requests",
        /// Money.
        Cost = "cost",
    }
}

words! {
    /// The time after which a quota is whole again. Days and months are those of UTC.
    pub enum QuotaPeriod as "quota period" {
        /// A day.
        Day = "day",
        /// A month.
        Month = "month",
        /// Never.
        Total = "total",
    }
}

words! {
    /// What becomes of a call that a quota stops.
    #[derive(Default)]
    pub enum AtStop as "stop" {
        /// It waits, and its session asks for more.
        #[default]
        Ask = "ask",
        /// It is refused at once.
        Refuse = "refuse",
    }
}

/// Something whose use is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Everybody in a tenant together.
    Tenant(TenantId),
    /// A user.
    User(UserId),
    /// The sessions on a machine.
    Machine(MachineId),
    /// A session.
    Session(SessionId),
    /// A model of a tenant's, as it is asked for, in lower case.
    Model(TenantId, String),
}

impl Account {
    /// What kind of account it is.
    pub const fn subject(&self) -> QuotaSubject {
        match self {
            Self::Tenant(_) => QuotaSubject::Tenant,
            Self::User(_) => QuotaSubject::User,
            Self::Machine(_) => QuotaSubject::Machine,
            Self::Session(_) => QuotaSubject::Session,
            Self::Model(..) => QuotaSubject::Model,
        }
    }

    /// Which one of its kind, as it is stored and shown.
    pub fn of(&self) -> String {
        match self {
            Self::Tenant(tenant) => tenant.to_string(),
            Self::User(user) => user.to_string(),
            Self::Machine(machine) => machine.to_string(),
            Self::Session(session) => session.to_string(),
            Self::Model(_, model) => model.clone(),
        }
    }

    /// The account of that kind and name; `None` for a name that cannot be one.
    pub fn parse(tenant: TenantId, subject: QuotaSubject, of: &str) -> Option<Self> {
        match subject {
            QuotaSubject::Tenant => Some(Self::Tenant(tenant)),
            QuotaSubject::User => of.parse().ok().map(Self::User),
            QuotaSubject::Machine => of.parse().ok().map(Self::Machine),
            QuotaSubject::Session => of.parse().ok().map(Self::Session),
            QuotaSubject::Model => Some(Self::Model(tenant, of.to_ascii_lowercase())),
        }
    }
}

/// How much may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Identifier.
    pub id: QuotaId,
    /// The tenant whose administrators have set it.
    pub tenant: TenantId,
    /// Whose use it limits.
    pub subject: QuotaSubject,
    /// One of them; `None` gives each of them an allowance of its own.
    pub account: Option<Account>,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much: tokens, calls, or billionths of a dollar.
    pub limit: u64,
    /// What becomes of a call that it stops.
    pub at_stop: AtStop,
    /// Who set it.
    pub changed_by: UserId,
    /// When.
    pub changed_at: Timestamp,
}

/// What was granted above a quota, to one account, for the period in which it was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaRaise {
    /// Identifier.
    pub id: QuotaRaiseId,
    /// The quota.
    pub quota: QuotaId,
    /// To whom.
    pub account: Account,
    /// How much more, in the quota's measure.
    pub amount: u64,
    /// Who granted it.
    pub granted_by: UserId,
    /// When; it counts in this time's day or month.
    pub granted_at: Timestamp,
}

words! {
    /// Where a session's call for more stands.
    pub enum BudgetState as "budget state" {
        /// Nobody has answered.
        Pending = "pending",
        /// More was granted.
        Granted = "granted",
        /// Nothing was granted; the agent is told to stop.
        Declined = "declined",
        /// Nobody needs to answer any more: there is enough again, or the quota is another one now.
        Withdrawn = "withdrawn",
    }
}

/// A session asks for more, because a quota has stopped a call of its agent's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRequest {
    /// Identifier.
    pub id: BudgetRequestId,
    /// The tenant.
    pub tenant: TenantId,
    /// The session that waits.
    pub session: SessionId,
    /// Whose session it is.
    pub owner: UserId,
    /// Where its agent runs.
    pub machine: MachineId,
    /// The quota.
    pub quota: QuotaId,
    /// Whose use the quota limits here.
    pub account: Account,
    /// What the quota counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much it allows.
    pub limit: u64,
    /// How much is spent, or reserved for calls under way.
    pub spent: u64,
    /// How much the call may need.
    pub asked: u64,
    /// The model that was asked for.
    pub model: Option<String>,
    /// Where it stands.
    pub state: BudgetState,
    /// When it was asked last.
    pub asked_at: Timestamp,
    /// Who answered.
    pub answered_by: Option<UserId>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

/// Amounts in each measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Tokens of all classes.
    pub tokens: u64,
    /// Calls.
    pub requests: u64,
    /// Money.
    pub cost: NanoUsd,
}

impl Amounts {
    /// The amount in one measure: tokens, calls, or billionths of a dollar.
    pub const fn of(&self, measure: QuotaMeasure) -> u64 {
        match measure {
            QuotaMeasure::Tokens => self.tokens,
            QuotaMeasure::Requests => self.requests,
            QuotaMeasure::Cost => self.cost.as_nanos(),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(more.tokens),
            requests: self.requests.saturating_add(more.requests),
            cost: self.cost + more.cost,
        }
    }

    /// What is left without a part of it.
    #[must_use]
    pub const fn minus(self, part: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(part.tokens),
            requests: self.requests.saturating_sub(part.requests),
            cost: NanoUsd::from_nanos(self.cost.as_nanos().saturating_sub(part.cost.as_nanos())),
        }
    }
}
