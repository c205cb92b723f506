//! Writing to and reading from the audit log.
//!
//! - [`refusals`]: who was refused what
//! - `looks`: who has looked at what is not theirs
//! - `repeats`: what was written down a moment ago
//! - `retention`: what is dropped because it is old

pub mod refusals;

pub(crate) mod looks;
pub(crate) mod repeats;
pub(crate) mod retention;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use model::audit::{AuditLog, AuditRecord, ChainProblem};
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

impl ControlPlane {
    /// Writes lines about what changes nothing else.
    pub(crate) async fn audit_only(&self, records: Vec<NewAuditRecord>) -> Result<(), Error> {
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    for record in records {
                        tx.audit_append(record).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        self.audit_only_writes.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// How often something was written down that changed nothing else: refusals, looks, exports.
    pub fn audit_only_writes(&self) -> u64 {
        self.audit_only_writes.load(Ordering::Relaxed)
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

/// A page of an audit log, the newest first, below a position.
pub async fn audit_page(
    plane: &ControlPlane,
    actor: &Actor,
    log: AuditLog,
    filter: &AuditFilter,
    below: Option<u64>,
    limit: u32,
) -> Result<AuditPage, Error> {
    let chain = readable(actor, log)?;
    Ok(plane.store.audit_find(chain, filter, below, limit.clamp(1, 500)).await?)
}

/// What the accounts in these lines are called, as far as the actor may know of them. An account that
/// was deleted keeps its name for this (S115).
pub async fn audit_names(
    plane: &ControlPlane,
    actor: &Actor,
    records: &[AuditRecord],
) -> Result<BTreeMap<String, String>, Error> {
    let tenant = acting_tenant(actor)?;
    let runs_all = authorise_in(actor, Action::ServerAuditView, tenant).is_ok();
    let named: BTreeSet<&str> =
        records.iter().flat_map(|record| [record.actor.as_str(), record.object.as_str()]).collect();
    let mut names = BTreeMap::new();
    for named in named {
        let id = named.strip_prefix("user:").and_then(|id| id.parse().ok());
        let Some(id) = id else { continue };
        if let Some(user) = plane.store.user(id).await?
            && (runs_all || user.tenant == tenant)
        {
            names.insert(named.to_owned(), user.display_name);
        }
    }
    Ok(names)
}

/// Checks an audit log from its beginning to its end, and, if somebody has kept what was
/// its last line once, that this is still there.
pub async fn audit_verify(
    plane: &ControlPlane,
    actor: &Actor,
    log: AuditLog,
    kept: Option<Link>,
) -> Result<Verified, Error> {
    let chain = readable(actor, log)?;
    let verified = plane.store.audit_verify(chain, kept).await?;
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

/// Begins to take an audit log out of the house. That is itself written down first; if
/// it cannot be, nothing is given (S112).
pub async fn audit_export_begin(
    plane: &ControlPlane,
    actor: &Actor,
    log: AuditLog,
) -> Result<(), Error> {
    let chain = readable(actor, log)?;
    let (who, facts) = (actor_name(actor), serde_json::json!({}));
    let record = plane.audit_in(chain, who, "audit.export", "audit", "ok", &facts);
    plane.audit_only(vec![record]).await
}

/// A page of what is taken out, the oldest first, after a position.
pub async fn audit_export_page(
    plane: &ControlPlane,
    actor: &Actor,
    log: AuditLog,
    after: u64,
) -> Result<Vec<AuditRecord>, Error> {
    let chain = readable(actor, log)?;
    Ok(plane.store.audit_after(chain, after, EXPORTED_AT_A_TIME).await?)
}

/// The chain that the actor may read.
fn readable(actor: &Actor, log: AuditLog) -> Result<Option<TenantId>, Error> {
    let tenant = acting_tenant(actor)?;
    match log {
        AuditLog::Tenant => authorise_in(actor, Action::AuditView, tenant).map(|_| Some(tenant)),
        AuditLog::Server => authorise_in(actor, Action::ServerAuditView, tenant).map(|_| None),
    }
}
