//! JSON-RPC 2.0 at `POST /rpc` and on `/ws`: the envelope, and what each method takes. What a
//! method answers is what its HTTP twin answers, without the envelope.

use model::job::JobState;
use model::{JobId, MachineId, SessionId, TurnId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;
use crate::exports::ExportFormat;

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
    /// Its identifier, or the name of an open session of one's own.
    pub session_id: String,
}

/// Starts a session, or goes on with one (`session.init`, `session.new`).
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSession {
    /// The identifier of a session, or a name: the open session of one's own that has it, or a new
    /// one that gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Where a new one runs, by identifier or name; the only machine that is online if it is left
    /// out.
    #[serde(default, alias = "machine", skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// The agent of a new one; if it is left out `claude`, or the first that is installed.
    #[serde(default, alias = "agent_name", skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The directory of a new one; the machine's first workspace if it is left out.
    #[serde(default, alias = "project_path", skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The model of a new one; the agent's default if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What to call it.
    #[serde(default, alias = "title", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What has begun (`session.init`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BegunSession {
    /// Which session.
    pub session_id: SessionId,
    /// Its agent.
    pub agent: Option<String>,
    /// When it was ordered.
    pub created_at: Time,
    /// When anything last happened.
    pub last_active: Time,
}

/// Changes a session (`session.update`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSession {
    /// Which session.
    pub session_id: String,
    /// What to call it from now on, 1 to 200 characters.
    #[serde(default, alias = "title", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All its tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Further tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// Tags that it no longer has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    /// Whether it is put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Its agent, which cannot be changed: another one is refused.
    #[serde(default, alias = "agent_name", skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

/// Tags a session, or takes the tag away (`session.tag`, `session.untag`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagSession {
    /// Which session.
    pub session_id: String,
    /// The tag, 1 to 50 characters.
    pub tag: String,
}

/// Writes a session down (`session.export`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportSession {
    /// Which session.
    pub session_id: String,
    /// As what.
    #[serde(default)]
    pub format: ExportFormat,
}

/// A session written down (`session.export`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExportedSession {
    /// As what.
    pub format: ExportFormat,
    /// The text of the file that `GET /api/sessions/export/{session_id}` answers.
    pub data: String,
}

/// Gives a session another name (`session.rename`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameSession {
    /// Which session.
    pub session_id: String,
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
    /// Only those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Those that were put away instead of those that were not.
    #[serde(default)]
    pub archived: bool,
    /// Only those that have each word of this, 16 at the most, somewhere in their name, a tag, their
    /// agent or their directory. Words are parted by blanks; Chinese is found in the middle of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
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

/// Asks an agent (`ask`, `ask_stream`). A `content` that is `/new` starts a new session, one that is
/// `/agent NAME` a new one with that agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The prompt.
    #[serde(alias = "prompt")]
    pub content: String,
    /// The identifier of a session, or a name: the open session of one's own that has it, or a new
    /// one that gets it. A new session if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Where a new session runs, by identifier or name; the only machine that is online if it is
    /// left out.
    #[serde(default, alias = "machine", skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// The agent of a new session; if it is left out `claude`, or the first that is installed.
    #[serde(default, alias = "agent_name", skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// `cli`, if it is left out; there is no other. Sessions are told apart by their owner, their
    /// name and their tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The directory of a new session; the machine's first workspace if it is left out.
    #[serde(default, alias = "project_path", skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The model of a new session; the agent's default if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What a new session may do without a person; `dev-default` if nothing is said. With
    /// `non_interactive_permissions` nobody is asked; without it whoever may answer is. An existing
    /// session has what it began with; anything else is refused.
    #[serde(flatten)]
    pub policy: crate::policy::PolicyOptions,
    /// After how many seconds the turn is cancelled; never if it is left out or 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// How often a turn that has failed is tried again, at most 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_retries: Option<u32>,
    /// After how many seconds without a prompt, a turn or anything else that somebody does a new
    /// session ends by itself, at most 2592000; never if it is left out or 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// How `content` of the answer is written. What is told on the way stays as it is.
    #[serde(default)]
    pub format: AnswerFormat,
    /// Leaves out what tools have read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suppress_reads: bool,
}

/// How the answer of an agent is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFormat {
    /// Everything that it has said.
    #[default]
    Text,
    /// The events of the turn as `event` notifies them, one JSON object in each line.
    Json,
    /// Only what it has said last: after its last tool call, or all of it if it said nothing after
    /// that.
    Quiet,
}

/// The answer of an agent (`ask`, `ask_stream`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answered {
    /// What it has said, in the format that was asked for.
    pub content: String,
    /// In which session.
    pub session_id: SessionId,
    /// The agent.
    pub agent: Option<String>,
    /// The turn.
    pub turn_id: TurnId,
    /// The agent's own word for why it stopped, such as `end_turn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// How many bytes at the end of a very long answer were left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_bytes: Option<u64>,
}

/// What came of `/new` or `/agent NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Switched {
    /// The agent of the new session.
    pub agent: Option<String>,
    /// What was done, for people.
    pub message: String,
    /// The new session.
    pub session_id: SessionId,
}

/// Cancels a turn (`ask.cancel`, `$/cancel_request`): by the identifier of the request that asked
/// for it over this connection, or by its session.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelAsk {
    /// The identifier of an `ask` or `ask_stream` of this connection.
    #[serde(default, alias = "requestId", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub id: Option<Box<RawValue>>,
    /// A session, whose running turn is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}
