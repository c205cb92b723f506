//! Sessions that were begun on a machine outside of us, with the agents' own programs.

use model::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Sessions that were begun on a machine outside of us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutsideSessions {
    /// Those in workspaces of the machine, the last changed one first.
    pub sessions: Vec<OutsideSession>,
    /// How many files of agents could not be read, or hold something else.
    pub unreadable: u32,
    /// Whether there are more than these.
    pub has_more: bool,
}

/// A session that was begun outside of us.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutsideSession {
    /// The agent's name for it: with this as `continues`, and the agent, a chat goes on with it.
    pub id: String,
    /// The agent.
    pub agent_name: String,
    /// The directory in which it works.
    pub project_path: String,
    /// What it is called, or what was asked first, on one line.
    pub title: String,
    /// How many prompts there are; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts: Option<u32>,
    /// When it was last changed, by the machine's clock.
    pub changed_at: Time,
    /// How much the agent keeps of it, in bytes.
    pub size_bytes: u64,
    /// Whether it was changed so lately that somebody may have it open. What is said there from now on
    /// is not known here.
    pub may_be_open: bool,
    /// Whether a session here goes on with it already.
    pub continued: bool,
    /// Which one, for whoever may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continued_in: Option<SessionId>,
}

impl std::fmt::Debug for OutsideSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What somebody has asked an agent is theirs.
        f.debug_struct("OutsideSession").field("agent", &self.agent_name).finish_non_exhaustive()
    }
}
