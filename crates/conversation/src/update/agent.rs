//! Who the agent process is and what it can do.

use model::words;
use serde::{Deserialize, Serialize};

words! {
    /// How a fresh agent process came by the session.
    pub enum HowOpened as "way of opening a session" {
        /// It is a new session of the agent.
        New = "new",
        /// The agent has read the session's history again.
        Loaded = "loaded",
        /// The agent has gone on where it was.
        Resumed = "resumed",
    }
}

/// An agent process is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentUpdate {
    /// What the program calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its version, as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The agent's own name for the session; needed to load or resume it.
    pub agent_session_id: String,
    /// Whether the agent remembers what was said before.
    pub opened: HowOpened,
    /// What a prompt may contain besides text and links.
    pub prompt: PromptAbilities,
    /// Whether a later process can take the session up again.
    pub remembers: bool,
    /// Whether it always asks before it acts. Where it does not, the policy has nothing to decide.
    pub asks: bool,
}

/// What a prompt may contain besides text and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PromptAbilities {
    /// Images.
    pub image: bool,
    /// Sound.
    pub audio: bool,
    /// Files as part of the prompt.
    pub embedded_context: bool,
}
