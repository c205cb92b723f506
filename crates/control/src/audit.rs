//! Writing to and reading from the audit log.

use model::audit::{AuditRecord, ChainProblem};
use model::{Actor, AuditRecordId, TenantId};
use policy::Action;
use serde_json::Value;
use store::audit::NewAuditRecord;
pub use store::audit::chain::{BrokenChain, Link, Verified};
pub use store::audit::{AuditFilter, AuditPage};

use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error};

/// How many records of an export are in memory at a time.
const EXPORTED_AT_A_TIME: u32 = 500;

impl ControlPlane {
    /// A line for the log, about something that went well. Facts must hold no content and no
    /// secret.
    pub(crate) fn audit(
        &self,
        actor: &Actor,
        action: &str,
        object: impl std::fmt::Display,
        facts: &Value,
    ) -> NewAuditRecord {
        self.audit_in(actor.tenant(), actor_name(actor), action, object, "ok", facts)
    }

    /// A line for the log of the tenant that it is about, which the actor may run without belonging
    /// to it.
    pub(crate) fn audit_about(
        &self,
        actor: &Actor,
        tenant: TenantId,
        action: &str,
        object: impl std::fmt::Display,
        facts: &Value,
    ) -> NewAuditRecord {
        self.audit_in(Some(tenant), actor_name(actor), action, object, "ok", facts)
    }

    /// A line for the log with all its parts.
    pub(crate) fn audit_in(
        &self,
        tenant: Option<TenantId>,
        actor: String,
        action: &str,
        object: impl std::fmt::Display,
        result: &str,
        facts: &Value,
    ) -> NewAuditRecord {
        NewAuditRecord {
            id: AuditRecordId::new(self.now(), &**self.rng()),
            tenant,
            at: self.now(),
            actor,
            action: action.to_owned(),
            object: object.to_string(),
            result: result.to_owned(),
            facts: facts.to_string(),
        }
    }
}

/// How an actor is named in the log and on commands.
pub fn actor_name(actor: &Actor) -> String {
    match actor {
        Actor::User { user, .. } => format!("user:{user}"),
        Actor::Machine { machine, .. } => format!("machine:{machine}"),
        Actor::System => "system".to_owned(),
    }
}

/// A page of the tenant's audit log, the newest first, below a position.
pub async fn audit_page(
    plane: &ControlPlane,
    actor: &Actor,
    filter: &AuditFilter,
    below: Option<u64>,
    limit: u32,
) -> Result<AuditPage, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::AuditView, tenant)?;
    Ok(plane.store.audit_find(Some(tenant), filter, below, limit.clamp(1, 500)).await?)
}

/// Checks the tenant's audit log from its beginning to its end, and, if somebody has kept what was
/// its last line once, that this is still there.
pub async fn audit_verify(
    plane: &ControlPlane,
    actor: &Actor,
    kept: Option<Link>,
) -> Result<Verified, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::AuditView, tenant)?;
    let verified = plane.store.audit_verify(Some(tenant), kept).await?;
    let dropped = verified.dropped;
    match kept {
        Some(kept) if kept.position < dropped.position => {
            let message =
                format!("the lines up to {} were dropped, because they were old", dropped.position);
            Err(Error::conflict("line_dropped", message)
                .with_hint("give a newer line and its hash"))
        }
        // The hash of the last line that was dropped is still known.
        Some(kept) if kept.position == dropped.position && kept != dropped => {
            let broken = BrokenChain { position: kept.position, problem: ChainProblem::Changed };
            Ok(Verified { broken: Some(broken), ..verified })
        }
        _ => Ok(verified),
    }
}

/// Begins to take the tenant's audit log out of the house. That is itself written down first; if
/// it cannot be, nothing is given (S112).
pub async fn audit_export_begin(plane: &ControlPlane, actor: &Actor) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::AuditView, tenant)?;
    let record = plane.audit(actor, "audit.export", "audit", &serde_json::json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(tx.audit_append(record).await?) }))
        .await
}

/// A page of what is taken out, the oldest first, after a position.
pub async fn audit_export_page(
    plane: &ControlPlane,
    actor: &Actor,
    after: u64,
) -> Result<Vec<AuditRecord>, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::AuditView, tenant)?;
    Ok(plane.store.audit_after(Some(tenant), after, EXPORTED_AT_A_TIME).await?)
}
