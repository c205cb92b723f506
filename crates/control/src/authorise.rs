//! The permission check with which every use case starts.

use model::job::Job;
use model::machine::Machine;
use model::session::Session;
use model::share::ShareLevel;
use model::{Actor, JobId, MachineId, SessionId, TenantId, UserId};
use policy::rights::{self, Action, Scope, Verdict};
use store::Tx;

use crate::error::Concerns;
use crate::{ControlPlane, Error};

/// Checks an action on something that is on no machine; answers the acting user.
pub(crate) fn authorise_in(
    actor: &Actor,
    action: Action,
    tenant: TenantId,
) -> Result<UserId, Error> {
    authorise_tenant(actor, action, tenant, "object")
}

/// The same, with a word for what is not there for whoever may not know of the tenant.
pub(crate) fn authorise_tenant(
    actor: &Actor,
    action: Action,
    tenant: TenantId,
    what: &'static str,
) -> Result<UserId, Error> {
    decide(actor, action, &Scope::tenant(tenant), what)?;
    acting_user(actor)
}

/// Checks an action on something of the actor's own that is on no machine.
pub(crate) fn authorise_own(
    actor: &Actor,
    action: Action,
    tenant: TenantId,
    owner: UserId,
) -> Result<(), Error> {
    decide(actor, action, &Scope::personal(tenant, owner), "object")
}

impl ControlPlane {
    /// Checks an action on a machine; answers the machine.
    pub(crate) async fn authorise_machine(
        &self,
        actor: &Actor,
        action: Action,
        id: MachineId,
    ) -> Result<Machine, Error> {
        let machine = self.store.machine(id).await?.ok_or(Error::not_found("machine"))?;
        let assignment = self.assignment(actor, id).await?;
        decide(actor, action, &Scope::machine(machine.tenant, assignment), "machine")?;
        Ok(machine)
    }

    /// Checks an action on a session; answers the session.
    pub(crate) async fn authorise_session(
        &self,
        actor: &Actor,
        action: Action,
        id: SessionId,
    ) -> Result<Session, Error> {
        let session = self.store.session(id).await?.ok_or(Error::not_found("session"))?;
        let assignment = self.assignment(actor, session.machine).await?;
        let scope = Scope::owned(session.tenant, session.owner, assignment);
        let scope = scope.lent(self.lent(actor, &session, action, &scope).await?);
        decide(actor, action, &scope, "session")?;
        Ok(session)
    }

    /// Checks an action on a job, which is owned as the sessions are in which it is done; answers
    /// the job.
    pub(crate) async fn authorise_job(
        &self,
        actor: &Actor,
        action: Action,
        id: JobId,
    ) -> Result<Job, Error> {
        let job = self.store.job(id).await?.ok_or(Error::not_found("job"))?;
        let assignment = self.assignment(actor, job.machine).await?;
        decide(actor, action, &Scope::owned(job.tenant, job.owner, assignment), "job")?;
        Ok(job)
    }

    /// What of a session was lent to the actor. Looked up only where it could make a difference:
    /// most who ask need nothing lent.
    async fn lent(
        &self,
        actor: &Actor,
        session: &Session,
        action: Action,
        scope: &Scope,
    ) -> Result<Option<ShareLevel>, Error> {
        let Some(user) = actor.user().filter(|user| *user != session.owner) else {
            return Ok(None);
        };
        if rights::check(actor, action, scope) == Verdict::Allowed {
            return Ok(None);
        }
        let share = self.store.session_share(session.id, user, self.now()).await?;
        Ok(share.map(|share| share.level))
    }

    async fn assignment(
        &self,
        actor: &Actor,
        machine: MachineId,
    ) -> Result<Option<model::actor::AssignmentLevel>, Error> {
        match actor.user() {
            Some(user) => Ok(self.store.assignment(machine, user).await?),
            None => Ok(None),
        }
    }
}

/// The same as [`ControlPlane::authorise_machine`] inside the write that it allows: whose right was
/// taken while the machine was asked has it no more.
pub(crate) async fn authorise_machine_now(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    id: MachineId,
) -> Result<Machine, Error> {
    let machine = tx.machine(id).await?.ok_or(Error::not_found("machine"))?;
    let assignment = match actor.user() {
        Some(user) => tx.assignment(id, user).await?,
        None => None,
    };
    decide(actor, action, &Scope::machine(machine.tenant, assignment), "machine")?;
    Ok(machine)
}

/// The user behind an actor, for use cases that only users have.
pub(crate) fn acting_user(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or_else(|| Error::denied("not_a_user", "only a user can do this"))
}

/// The tenant in which an actor acts, for use cases about the actor's own tenant.
pub(crate) fn acting_tenant(actor: &Actor) -> Result<TenantId, Error> {
    actor.tenant().ok_or_else(|| Error::denied("not_a_user", "only a user can do this"))
}

fn decide(actor: &Actor, action: Action, scope: &Scope, what: &'static str) -> Result<(), Error> {
    match rights::check(actor, action, scope) {
        Verdict::Allowed => Ok(()),
        Verdict::Hidden if actor.tenant() == Some(scope.tenant) => {
            Err(Error::hidden(what, Concerns::OwnTenant))
        }
        Verdict::Hidden => Err(Error::hidden(what, Concerns::Installation)),
        Verdict::Denied => Err(Error::denied(
            "permission_denied",
            format!("your role does not allow {action} here"),
        )),
    }
}
