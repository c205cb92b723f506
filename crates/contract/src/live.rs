//! What the WebSocket `/ws` says: JSON-RPC 2.0, requests from the client, notifications from the
//! server. A client that reconnects asks for each session from the last position it has seen, so
//! that nothing is lost and nothing comes twice.

use model::{JobId, MachineId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::jobs::{JobLogEntry, JobSummary};
use crate::machines::MachineView;
use crate::permissions::PermissionView;
use crate::sessions::{SessionView, TurnView, UpdateRecord};

/// The first notification on a connection.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Connected {
    /// Names the connection in logs.
    pub connection_id: String,
    /// The server's time.
    pub server_time: Time,
    /// Release of the server; a page that was loaded from another one should reload.
    pub server_version: String,
}

/// Everything that is listed, as it is now. Sent after [`Connected`], and again when the client
/// could not keep up with the changes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// Machines that the user may see.
    pub machines: Vec<MachineView>,
    /// The sessions that were active last, at most 200.
    pub sessions: Vec<SessionView>,
    /// Open questions.
    pub permissions: Vec<PermissionView>,
}

/// Asks for the updates of a chat (`session.subscribe`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// Which session.
    pub session_id: SessionId,
    /// The last position that is known; 0 for all.
    #[serde(default)]
    pub after: u64,
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
    /// Which session.
    pub session_id: SessionId,
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
    /// Everything that is listed.
    #[serde(rename = "snapshot")]
    Snapshot(Snapshot),
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
    /// A turn is new or has changed.
    #[serde(rename = "turn.updated")]
    TurnUpdated(TurnView),
    /// A question is new or has changed.
    #[serde(rename = "permission.updated")]
    PermissionUpdated(PermissionView),
    /// A job is new or has changed.
    #[serde(rename = "job.updated")]
    JobUpdated(JobSummary),
    /// A job is gone.
    #[serde(rename = "job.deleted")]
    JobDeleted(JobDeleted),
    /// A line was added to the log of a job.
    #[serde(rename = "job.log")]
    JobLogged(JobLogged),
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
