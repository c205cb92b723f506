//! Where turns and the chat as a whole stand.

use model::session::SessionState;
use model::turn::TurnState;
use model::{PermissionRequestId, TurnId, words};
use serde::{Deserialize, Serialize};

/// The stop reason of a turn that failed because it needed an answer and nobody could be asked.
pub const NOBODY_TO_ASK: &str = "nobody_to_ask";

/// The stop reason of a turn that failed because the agent insists on a login.
pub const LOGIN_REQUIRED: &str = "login_required";

/// A turn has come into being or has moved on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TurnUpdate {
    /// Which turn.
    pub turn_id: TurnId,
    /// Where it stands.
    pub state: TurnState,
    /// Who prompted.
    pub author: String,
    /// What began it.
    pub origin: TurnOrigin,
    /// The agent's own word for why it stopped, whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// Why it ended, for people; absent where the agent was simply done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// What began a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TurnOrigin {
    /// A prompt.
    Prompt,
    /// The note that a person added to a denial; the machine made this turn to deliver it.
    Note {
        /// The question that was denied.
        request_id: PermissionRequestId,
    },
}

/// Which turns wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Queue {
    /// The waiting turns, the next one first.
    pub turn_ids: Vec<TurnId>,
}

/// The chat as a whole has moved on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StateUpdate {
    /// Where it stands.
    pub state: ChatState,
    /// Why, where it has ended; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

words! {
    /// Where a chat stands.
    pub enum ChatState as "chat state" {
        /// Its agent is being started for the first time.
        Starting = "starting",
        /// It waits for a prompt.
        Idle = "idle",
        /// A turn runs, or waits for the agent to be started again.
        Running = "running",
        /// A person must answer before the turn goes on.
        Waiting = "waiting",
        /// No agent runs; the next prompt starts one.
        AgentDown = "agent_down",
        /// Ended on request.
        Stopped = "stopped",
        /// Ended because it could not start.
        Failed = "failed",
    }
}

impl ChatState {
    /// The same, as sessions of every kind have it.
    pub const fn session_state(self) -> SessionState {
        match self {
            Self::Starting => SessionState::Starting,
            Self::Idle | Self::AgentDown => SessionState::Idle,
            Self::Running => SessionState::Running,
            Self::Waiting => SessionState::Waiting,
            Self::Stopped => SessionState::Stopped,
            Self::Failed => SessionState::Failed,
        }
    }
}
