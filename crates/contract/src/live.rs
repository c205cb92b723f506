//! What the WebSocket `/ws` says: JSON-RPC 2.0, requests from the client, notifications from the
//! server. A client that reconnects asks for each session from the last position it has seen, so
//! that nothing is lost and nothing comes twice.

use conversation::events::EventType;
use model::{JobId, MachineId, PolicyRuleId, SessionId, TurnId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;
use crate::jobs::{JobLogEntry, JobSummary};
use crate::machines::MachineView;
use crate::permissions::PermissionView;
use crate::policy::RuleView;
use crate::presence::SessionPresence;
use crate::quotas::{BudgetRequestView, BudgetRequests};
use crate::sessions::{SessionView, TurnView, UpdateRecord};
use crate::usage::SessionUsage;

/// The first notification on a connection.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Connected {
    /// Names the connection in logs.
    pub connection_id: String,
    /// The same, as the gateway document prints it; it is no session of an agent.
    pub session_id: String,
    /// The server's time.
    pub server_time: Time,
    /// Release of the server; a page that was loaded from another one should reload.
    pub server_version: String,
}

/// The sessions as they are now. Sent after [`Connected`] with the other snapshots, and again
/// with them when the client could not keep up with the changes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionSnapshot {
    /// Those that were active last and were not put away, at most 200.
    pub sessions: Vec<SessionView>,
}

/// The machines as they are now. Follows [`SessionSnapshot`].
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MachineSnapshot {
    /// Machines that the user may see.
    pub machines: Vec<MachineView>,
}

/// The open questions as they are now. Follows [`MachineSnapshot`] and the sessions that wait for a
/// larger budget; with it everything that is
/// listed was told.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PermissionSnapshot {
    /// Open questions.
    pub permissions: Vec<PermissionView>,
}

/// Asks for the updates of a chat (`session.subscribe`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// Its identifier, or the name of an open session of one's own.
    pub session_id: String,
    /// The last position that is known; 0 for all.
    #[serde(default)]
    pub after: u64,
    /// How it is told.
    #[serde(default)]
    pub format: StreamFormat,
}

/// How a chat is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamFormat {
    /// As `event`: the eleven events of the gateway document.
    #[default]
    V1,
    /// As `session.updates`: the records of the transcript.
    Updates,
}

/// The updates will come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Subscribed {
    /// Always true.
    pub subscribed: bool,
    /// Which session.
    pub session_id: SessionId,
}

/// Ends a subscription (`session.unsubscribe`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// Its identifier, or the name of an open session of one's own.
    pub session_id: String,
}

/// Records of a subscribed chat, in order and without holes (`session.updates`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionUpdates {
    /// Which session.
    pub session_id: SessionId,
    /// The records.
    pub updates: Vec<UpdateRecord>,
}

/// Why updates of a subscribed chat do not come at the moment, or come again (`session.stream`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionStream {
    /// Which session.
    pub session_id: SessionId,
    /// Whether updates flow.
    pub state: StreamState,
    /// For people.
    pub message: Option<String>,
}

/// Whether updates of a chat flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    /// They flow; everything up to now has been sent.
    Live,
    /// The machine cannot be reached; they go on when it is back.
    MachineOffline,
    /// The machine lost part of the transcript; the client forgets what it has and starts again
    /// from position 0.
    Restarted,
    /// There are no more.
    Ended,
}

/// A piece of the answer to `ask_stream` (`stream`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StreamPiece {
    /// The identifier of the request, as it was written.
    #[schema(value_type = Object)]
    pub id: Box<RawValue>,
    /// The session.
    pub session_id: SessionId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: StreamPieceKind,
    /// The text.
    pub content: String,
}

/// What a piece of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamPieceKind {
    /// What the agent says.
    Content,
    /// What went wrong.
    Error,
    /// The answer is whole; the result of the request follows.
    Done,
}

/// Something that happens in a turn (`event`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TurnEvent {
    /// The identifier of the `ask_stream` that asked for the turn, as it was written; for those who
    /// follow the session the turn.
    #[schema(value_type = Object)]
    pub id: Box<RawValue>,
    /// The session.
    pub session_id: SessionId,
    /// `v1`.
    pub version: String,
    /// What kind of event it is.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The text.
    pub content: String,
    /// The tool's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the tool was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub input: Option<serde_json::Value>,
    /// What the tool has brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The tool call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The turn, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
    /// The position in the transcript; give the last one as `after` to go on behind it.
    pub seq: u64,
    /// How many bytes of the text were left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_bytes: Option<u64>,
}

/// Something has happened in a session (`session.activity`). What was said is for those who follow
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionActivity {
    /// Which session.
    pub session_id: SessionId,
    /// What.
    pub activity: Activity,
}

/// Something that has happened in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// The turn.
    pub id: TurnId,
    /// What.
    #[serde(rename = "type")]
    pub kind: ActivityKind,
    /// The turn again, as the gateway document prints it.
    pub request_id: TurnId,
    /// When.
    pub timestamp: Time,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What has happened in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Somebody has prompted.
    Prompt,
    /// The turn goes on.
    Event,
    /// The turn is done.
    Result,
    /// The turn has failed, or was cancelled.
    Error,
}

/// A session that is gone.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionDeleted {
    /// Which session.
    pub session_id: SessionId,
}

/// A machine that is gone.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MachineDeleted {
    /// Which machine.
    pub machine_id: MachineId,
}

/// A job that is gone.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JobDeleted {
    /// Which job.
    pub job_id: JobId,
}

/// A line was added to the log of a job.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JobLogged {
    /// Which job.
    pub job_id: JobId,
    /// The line.
    pub entry: JobLogEntry,
}

/// A rule that says nothing any more.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleDeleted {
    /// Which rule.
    pub rule_id: PolicyRuleId,
}

/// The server is about to close the connection.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Closing {
    /// Why, for people.
    pub reason: String,
}

/// Every notification, by method.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "method", content = "params")]
pub enum Notification {
    /// The connection is up.
    #[serde(rename = "connected")]
    Connected(Connected),
    /// The sessions, as they are.
    #[serde(rename = "session.snapshot")]
    SessionSnapshot(SessionSnapshot),
    /// The machines, as they are.
    #[serde(rename = "machine.snapshot")]
    MachineSnapshot(MachineSnapshot),
    /// The sessions that wait for a larger budget.
    #[serde(rename = "budget.snapshot")]
    BudgetSnapshot(BudgetRequests),
    /// The open questions, as they are.
    #[serde(rename = "permission.snapshot")]
    PermissionSnapshot(PermissionSnapshot),
    /// A machine is new or has changed.
    #[serde(rename = "machine.updated")]
    MachineUpdated(MachineView),
    /// A machine is gone.
    #[serde(rename = "machine.deleted")]
    MachineDeleted(MachineDeleted),
    /// A session is new or has changed.
    #[serde(rename = "session.updated")]
    SessionUpdated(SessionView),
    /// A session is gone.
    #[serde(rename = "session.deleted")]
    SessionDeleted(SessionDeleted),
    /// What a session has used has changed.
    #[serde(rename = "session.usage")]
    SessionUsage(SessionUsage),
    /// Somebody began or ceased to look at a session.
    #[serde(rename = "session.presence")]
    SessionPresence(SessionPresence),
    /// Something has happened in a session.
    #[serde(rename = "session.activity")]
    SessionActivity(SessionActivity),
    /// A piece of an answer that was asked for.
    #[serde(rename = "stream")]
    Stream(StreamPiece),
    /// Something that happens in a turn.
    #[serde(rename = "event")]
    Event(Box<TurnEvent>),
    /// A turn is new or has changed.
    #[serde(rename = "turn.updated")]
    TurnUpdated(TurnView),
    /// A question is new or has changed.
    #[serde(rename = "permission.updated")]
    PermissionUpdated(PermissionView),
    /// A session waits for a larger budget, or has its answer.
    #[serde(rename = "budget.updated")]
    BudgetUpdated(BudgetRequestView),
    /// A job is new or has changed.
    #[serde(rename = "job.updated")]
    JobUpdated(JobSummary),
    /// A job is gone.
    #[serde(rename = "job.deleted")]
    JobDeleted(JobDeleted),
    /// A line was added to the log of a job.
    #[serde(rename = "job.log")]
    JobLogged(JobLogged),
    /// A rule was given, once and for all or for a session.
    #[serde(rename = "rule.updated")]
    RuleUpdated(RuleView),
    /// A rule was taken back.
    #[serde(rename = "rule.deleted")]
    RuleDeleted(RuleDeleted),
    /// Records of a subscribed chat.
    #[serde(rename = "session.updates")]
    SessionUpdates(SessionUpdates),
    /// Whether records of a subscribed chat flow.
    #[serde(rename = "session.stream")]
    SessionStream(SessionStream),
    /// The server is about to close the connection.
    #[serde(rename = "closing")]
    Closing(Closing),
}
