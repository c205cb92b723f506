//! The audit log.

use std::collections::BTreeMap;

use model::AuditRecordId;
use model::audit::ChainProblem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;

/// One line of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Identifier.
    pub id: AuditRecordId,
    /// Position in the tenant's chain, from 1.
    pub position: u64,
    /// When it happened.
    pub at: Time,
    /// Who acted.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// `ok`, or why it was refused.
    pub result: String,
    /// Facts.
    #[schema(value_type = Object)]
    pub facts: Box<RawValue>,
    /// SHA-256 that chains the line to the one before it, in hexadecimal.
    pub hash: String,
}

/// A page of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Audit {
    /// The newest first.
    pub records: Vec<AuditView>,
    /// What the accounts in these lines are called, deleted ones too, by what names them there:
    /// `user:` and an identifier.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Whether the audit log is as it was written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditVerification {
    /// Whether it is.
    pub intact: bool,
    /// The last line that is as it was written; 0 if there is none.
    pub position: u64,
    /// The hash of that line, in hexadecimal. Kept elsewhere together with the position, it proves
    /// later that nothing up to there was changed.
    pub hash: String,
    /// Lines up to this one were dropped because they were old; 0 if none was.
    pub dropped: u64,
    /// The first line that is not as it was written; absent if all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
    /// What is wrong with that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ChainProblem>,
}
