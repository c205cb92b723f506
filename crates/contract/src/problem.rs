//! Every error: `application/problem+json` (RFC 9457) with a stable `code`, and the `error` field
//! that older clients read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::remote::RemoteStatus;

/// What was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A short name of the kind of problem, the same for every occurrence.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// A stable word for programs, such as `machine_offline`.
    pub code: String,
    /// What was wrong this time, for people.
    pub detail: String,
    /// The same as `detail`.
    pub error: String,
    /// What to do about it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Always false, where `session_status` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Where the session stands in which that is not possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_status: Option<RemoteStatus>,
    /// By which the server's log can be searched, where the cause is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
