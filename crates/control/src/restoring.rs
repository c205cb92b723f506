//! What is done with a database that is put in place from a backup, before a server works with it.

use model::Timestamp;
use serde_json::json;
use store::audit::NewAuditRecord;
use store::restoring::{EndedCredentials, EndedWork};

use crate::{ControlPlane, Error};

/// What people read of a turn or a job that was under way.
const WHY: &str = "the server was restored from a backup; what became of this is not known";

/// What ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What let somebody in.
    pub credentials: EndedCredentials,
    /// What was under way.
    pub work: EndedWork,
}

/// Ends every credential in it (S116) and what was under way, and doubts what machines have (R27). Of a
/// backup that was taken at this time.
pub async fn restored_settle(plane: &ControlPlane, taken_at: Timestamp) -> Result<Settled, Error> {
    let now = plane.now();
    let facts = json!({ "taken_at_ms": taken_at.as_millis() });
    // Whose data went back in time reads so in their own log, too.
    let tenants = plane.store.tenants().await?.into_iter().map(|tenant| Some(tenant.id));
    let records: Vec<NewAuditRecord> = std::iter::once(None)
        .chain(tenants)
        .map(|log| {
            let system = "system".to_owned();
            plane.audit_in(log, system, "server.restore", "server", "ok", &facts)
        })
        .collect();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let credentials = tx.credentials_end(now).await?;
                let work = tx.work_end(now, WHY).await?;
                tx.machines_doubt(now).await?;
                for record in records {
                    tx.audit_append(record).await?;
                }
                Ok(Settled { credentials, work })
            })
        })
        .await
}
