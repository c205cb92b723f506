//! Writing to and reading from the audit log.

use model::audit::AuditRecord;
use model::{Actor, AuditRecordId, TenantId};
use policy::Action;
use serde_json::Value;
use store::audit::NewAuditRecord;

use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error};

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
    below: Option<u64>,
    limit: u32,
) -> Result<Vec<AuditRecord>, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::AuditView, tenant)?;
    Ok(plane.store.audit_page(Some(tenant), below, limit.clamp(1, 500)).await?)
}
