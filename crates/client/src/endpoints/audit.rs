use contract::Time;
use contract::audit::{Audit, AuditVerification};
use model::audit::{AuditFormat, AuditLog, AuditResult};

use crate::path::Path;
use crate::{Client, Download, Error};

/// Which lines of the audit log are meant; everything that is `None` is left open.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Whose log.
    pub log: AuditLog,
    /// Who acted.
    pub actor: Option<String>,
    /// What was done, or how it begins.
    pub action: Option<String>,
    /// To what.
    pub object: Option<String>,
    /// Whether it was done or refused.
    pub result: Option<AuditResult>,
    /// From when on.
    pub since: Option<Time>,
    /// Until when.
    pub until: Option<Time>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// At most this many.
    pub limit: Option<u32>,
}

impl Client {
    /// A page of an audit log, the newest first.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<Audit, Error> {
        let path = Path::new("/api/audit")
            .with("log", Some(filter.log))
            .with("actor", filter.actor.as_ref())
            .with("action", filter.action.as_ref())
            .with("object", filter.object.as_ref())
            .with("result", filter.result)
            .with("since", filter.since)
            .with("until", filter.until)
            .with("cursor", filter.cursor.as_ref())
            .with("limit", filter.limit);
        self.get(path.into_text()).await
    }

    /// Checks an audit log, and that it still has the hash that it had at a position.
    pub async fn audit_verify(
        &self,
        log: AuditLog,
        kept: Option<(u64, &str)>,
    ) -> Result<AuditVerification, Error> {
        let path = Path::new("/api/audit/verify")
            .with("log", Some(log))
            .with("position", kept.map(|(position, _)| position))
            .with("hash", kept.map(|(_, hash)| hash));
        self.get(path.into_text()).await
    }

    /// Writes a whole audit log down, piece by piece.
    pub async fn audit_export(
        &self,
        log: AuditLog,
        format: AuditFormat,
    ) -> Result<Download, Error> {
        let path =
            Path::new("/api/audit/export").with("log", Some(log)).with("format", Some(format));
        self.download(path.into_text()).await
    }
}
