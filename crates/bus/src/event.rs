//! What can be told.

use std::sync::Arc;

use model::job::{Job, JobLogLine};
use model::machine::Machine;
use model::permission::PermissionRequest;
use model::policy_rule::PolicyRule;
use model::presence::Present;
use model::quota::BudgetRequest;
use model::session::Session;
use model::turn::Turn;
use model::usage::UsageSum;
use model::{ApiTokenId, JobId, LoginId, MachineId, SessionId, TenantId, UserId};

/// Where something of a session is, enough to say who may know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The tenant.
    pub tenant: TenantId,
    /// Whose session.
    pub owner: UserId,
    /// The machine.
    pub machine: MachineId,
    /// The session.
    pub session: SessionId,
}

impl From<&Session> for Place {
    fn from(session: &Session) -> Self {
        Self {
            tenant: session.tenant,
            owner: session.owner,
            machine: session.machine,
            session: session.id,
        }
    }
}

impl From<&BudgetRequest> for Place {
    fn from(request: &BudgetRequest) -> Self {
        Self {
            tenant: request.tenant,
            owner: request.owner,
            machine: request.machine,
            session: request.session,
        }
    }
}

/// Where a job is, enough to say who may know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPlace {
    /// The tenant.
    pub tenant: TenantId,
    /// Whose job.
    pub owner: UserId,
    /// The machine.
    pub machine: MachineId,
    /// The job.
    pub job: JobId,
}

impl From<&Job> for JobPlace {
    fn from(job: &Job) -> Self {
        Self { tenant: job.tenant, owner: job.owner, machine: job.machine, job: job.id }
    }
}

/// Credentials that have stopped working; open streams that came with them must end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// These logins of a user.
    Logins {
        /// Whose.
        user: UserId,
        /// Which.
        logins: Vec<LoginId>,
    },
    /// An API token.
    ApiToken(ApiTokenId),
    /// Everything of a user: the role changed, the account was disabled.
    User(UserId),
}

/// Something happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A machine is new or has changed, its status included.
    MachineChanged(Arc<Machine>),
    /// A machine is gone.
    MachineRemoved {
        /// The tenant it belonged to.
        tenant: TenantId,
        /// Which.
        machine: MachineId,
    },
    /// What a tenant allows its sessions has changed.
    SessionLimitsChanged(TenantId),
    /// A session is new or has changed.
    SessionChanged(Arc<Session>),
    /// A session is gone.
    SessionRemoved(Place),
    /// What a session's calls of models have used has changed; all of it.
    UsageChanged(Place, UsageSum),
    /// Somebody began or ceased to look at a session; everybody who looks at it now.
    PresenceChanged(Place, Arc<[Present]>),
    /// A turn is new or has changed.
    TurnChanged(Place, Arc<Turn>),
    /// A question is new or has changed.
    PermissionChanged(Place, Arc<PermissionRequest>),
    /// A session asks for a larger budget, or has its answer.
    BudgetChanged(Arc<BudgetRequest>),
    /// A job is new or has changed.
    JobChanged(Arc<Job>),
    /// A line was added to a job's log.
    JobLogged(JobPlace, Arc<JobLogLine>),
    /// A job is gone.
    JobRemoved(JobPlace),
    /// A rule was given.
    RuleGiven(Arc<PolicyRule>),
    /// A rule was taken back; this is how it was.
    RuleRevoked(Arc<PolicyRule>),
    /// Credentials have stopped working.
    Revoked(Arc<Revocation>),
    /// An API token ends earlier than it did.
    Shortened(ApiTokenId),
    /// A user may do less than before, while their credentials go on working: what they have open
    /// must be opened anew.
    RightsEnded(UserId),
    /// What other people have lent to a user has grown.
    SharesGrown(UserId),
    /// The server is about to stop.
    Stopping,
}
