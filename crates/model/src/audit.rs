//! What is written down for ever: who did what to what, never content and never secrets.

use crate::{AuditRecordId, TenantId, Timestamp, words};

words! {
    /// What is wrong with a chain of the audit log.
    pub enum ChainProblem as "problem of an audit chain" {
        /// The record is not there.
        Missing = "missing",
        /// The record, or one before it, is not the one that was written.
        Changed = "changed",
    }
}

words! {
    /// How the audit log is written down.
    pub enum AuditFormat as "format" {
        /// A JSON object on each line, with everything.
        Jsonl = "jsonl",
        /// Comma-separated values (RFC 4180). No cell can be taken for a formula.
        Csv = "csv",
    }
}

words! {
    /// Whose audit log.
    #[derive(Default)]
    pub enum AuditLog as "audit log" {
        /// That of one's own tenant.
        #[default]
        Tenant = "tenant",
        /// That of the installation: what belongs to no tenant, or crosses the wall between them.
        Server = "server",
    }
}

words! {
    /// Whether something was done.
    pub enum AuditResult as "result" {
        /// It was.
        Ok = "ok",
        /// It was refused.
        Refused = "refused",
    }
}

/// One line of the audit log. Each carries the hash of the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Identifier.
    pub id: AuditRecordId,
    /// The tenant whose chain it belongs to; `None` for the installation's own.
    pub tenant: Option<TenantId>,
    /// Position in that chain, from 1.
    pub position: u64,
    /// When it happened, by the server's clock.
    pub at: Timestamp,
    /// Who acted: `user:<id>`, `machine:<id>`, `policy`, `system` or `anonymous`.
    pub actor: String,
    /// What was done, such as `session.start`.
    pub action: String,
    /// What it was done to, such as `session:<id>`.
    pub object: String,
    /// `ok`, or why it was refused.
    pub result: String,
    /// Facts that matter later, as one JSON object.
    pub facts: String,
    /// SHA-256 over the previous record's hash and all fields above.
    pub hash: [u8; 32],
}
