//! The audit log.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;

/// One line of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
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
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
