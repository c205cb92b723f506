//! Words and bodies that only the remote workspace document has. Whoever comes by its paths is
//! answered in them.

use model::MachineId;
use model::machine::MachineStatus;
use model::session::SessionState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Where a session stands, in the document's words. It has no word for what a session that goes on
/// does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemoteStatus {
    /// It goes on: it starts, is idle, works, or waits for an answer.
    Active,
    /// It stands still.
    Paused,
    /// It has ended.
    Stopped,
    /// It has failed.
    Error,
}

impl From<SessionState> for RemoteStatus {
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Starting
            | SessionState::Idle
            | SessionState::Running
            | SessionState::Waiting => Self::Active,
            SessionState::Paused => Self::Paused,
            SessionState::Stopped => Self::Stopped,
            SessionState::Failed => Self::Error,
        }
    }
}

/// One update of a chat, as a line of its agent's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutputLine {
    /// The update, as a text of JSON.
    pub data: String,
    /// Always `stdout`: an agent's updates are what it says there.
    pub stream: String,
    /// When it was written down.
    pub timestamp: Time,
}

/// How machines are heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeartbeatStatus {
    /// Always true.
    pub success: bool,
    /// How they are watched, and what was heard.
    pub heartbeat_monitor: HeartbeatMonitor,
}

/// How machines are watched, and what was heard of those that one may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeartbeatMonitor {
    /// Always true: a server that runs watches.
    pub running: bool,
    /// After how many seconds without a sign of life a machine counts as offline.
    pub timeout_s: u64,
    /// When this was looked at.
    pub checked_at: Time,
    /// How many are online.
    pub online: usize,
    /// How many are not.
    pub offline: usize,
    /// Each of them, by name.
    pub machines: Vec<Heartbeat>,
}

/// What was heard of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heartbeat {
    /// Which.
    pub machine_id: MachineId,
    /// What it is called.
    pub machine_name: String,
    /// Whether it can be worked on.
    pub status: MachineStatus,
    /// Whether its link is open at this moment.
    pub connected: bool,
    /// When it was last heard of; absent if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heartbeat: Option<Time>,
}

/// What is run on a machine to look after its daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MachineCommands {
    /// Always true.
    pub success: bool,
    /// Which machine.
    pub machine_id: MachineId,
    /// For which system they are: `linux`, `macos` or `windows`.
    pub os_type: String,
    /// The lines.
    pub commands: CommandLines,
}

/// Lines for a machine's own shell. Those of the background hold where the daemon was installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandLines {
    /// Installs the daemon, or brings it up to the server's release. Only for administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install: Option<String>,
    /// Starts it in the background.
    pub start: String,
    /// Stops it in the background.
    pub stop: String,
    /// Stops it there and starts it again.
    pub restart: String,
    /// Says how it fares.
    pub status: String,
    /// Shows what it has said.
    pub logs: String,
    /// Runs it in the foreground, where it was not installed.
    pub run: String,
    /// Removes it. Only for administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uninstall: Option<String>,
}
