//! JSON-RPC 2.0 at `POST /rpc` and on `/ws`: the envelope, and what each method takes. What a
//! method answers is what its HTTP twin answers, without the envelope.

use model::job::JobState;
use model::{JobId, MachineId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request (JSON-RPC 2.0 §4), or an array of at most 50.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RpcRequest {
    /// `2.0`.
    pub jsonrpc: String,
    /// A string, a number or null; comes back with the answer. One without it wants no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub id: Option<serde_json::Value>,
    /// What to do, such as `session.list`.
    pub method: String,
    /// With what, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub params: Option<serde_json::Value>,
}

/// An answer (JSON-RPC 2.0 §5), or an array of them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RpcResponse {
    /// `2.0`.
    pub jsonrpc: String,
    /// What the method answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub result: Option<serde_json::Value>,
    /// Why it did not do what was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RpcProblem>,
    /// The request's, as it was written.
    #[schema(value_type = Object)]
    pub id: serde_json::Value,
}

/// Why a method did not do what was asked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RpcProblem {
    /// -32700, -32600, -32601, -32602 or -32603.
    pub code: i32,
    /// For people.
    pub message: String,
    /// For programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<RpcProblemData>,
}

/// What problems of every door have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RpcProblemData {
    /// A stable word, such as `machine_offline`.
    pub code: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Names a session (`session.get`, `session.delete`, `session.archive`, `session.unarchive`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfSession {
    /// Which session.
    pub session_id: SessionId,
}

/// Gives a session another name (`session.rename`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameSession {
    /// Which session.
    pub session_id: SessionId,
    /// What to call it from now on, 1 to 200 characters.
    #[serde(alias = "title")]
    pub name: String,
}

/// Lists sessions (`session.list`).
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSessions {
    /// Only on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// From the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most this many, 1 to 200; 50 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Names a job (`job.get`, `job.cancel`, `job.retry`, `job.delete`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfJob {
    /// Which job.
    pub job_id: JobId,
}

/// Lists jobs (`job.list`).
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListJobs {
    /// Only in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<JobState>,
    /// Only on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// From the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most this many, 1 to 200; 50 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Reads a page of a job's log (`job.logs`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobLog {
    /// Which job.
    pub job_id: JobId,
    /// Only what comes after this position; 0 if it is left out.
    #[serde(default)]
    pub after: u64,
    /// At most this many lines, 1 to 1000; 200 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
