//! What a transcript is made of. The journal stores updates as JSON, the relay passes them on
//! unread, the console and the command line draw them.
//!
//! They are modelled on ACP v2, whose events are made for several people who watch one session;
//! what an agent says in v1 is translated into them. The JSON is stable: members are only ever
//! added, and an absent member of an upsert means "unchanged".

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod agent;
pub mod content;
pub mod controls;
pub mod limits;
pub mod notice;
pub mod permission;
pub mod state;
pub mod tool_call;

pub use agent::{AgentUpdate, HowOpened, PromptAbilities};
pub use content::{Content, MessageChunk, UserMessage};
pub use controls::{
    ChoiceOption, Commands, OptionValue, Options, Selectable, Selection, SessionOption,
    SlashCommand,
};
pub use notice::{Level, Notice, NoticeCode};
pub use permission::{PermissionUpdate, PolicyDecision};
pub use state::{ChatState, Queue, StateUpdate, TurnOrigin, TurnUpdate};
pub use tool_call::{Location, TerminalOutput, ToolCall, ToolContent, ToolKind, ToolStatus};

/// One entry of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Update {
    /// A turn has come into being or has moved on. The last one about a turn counts.
    Turn(TurnUpdate),
    /// Which turns wait, in order. Replaces the earlier list.
    Queue(Queue),
    /// The chat as a whole has moved on.
    State(StateUpdate),
    /// An agent process is ready: who it is, what it can do, and whether it remembers.
    Agent(AgentUpdate),
    /// What a person wrote, whole.
    UserMessage(UserMessage),
    /// A piece of what the agent says. Pieces with the same message id belong together.
    AgentMessageChunk(MessageChunk),
    /// A piece of what the agent thinks aloud.
    AgentThoughtChunk(MessageChunk),
    /// A tool call has appeared or changed: an upsert by its id.
    ToolCall(ToolCall),
    /// A piece of what a terminal of a tool call has shown.
    TerminalOutput(TerminalOutput),
    /// The agent's plan, whole. Replaces the earlier plan.
    Plan(Plan),
    /// How full the agent's context is, and what the session has cost by the agent's own count.
    Usage(ContextUsage),
    /// The agent's modes.
    Modes(Selection),
    /// The agent's models.
    Models(Selection),
    /// The agent's options, whole. Replaces the earlier list.
    Options(Options),
    /// The agent's slash commands, whole. Replaces the earlier list.
    Commands(Commands),
    /// What the agent calls the session.
    SessionInfo(SessionInfo),
    /// A question to a person has been asked, answered or withdrawn: an upsert by its id.
    Permission(PermissionUpdate),
    /// The policy has decided about a tool call without a person.
    PolicyDecision(PolicyDecision),
    /// Something that people should know: an error, a gap, a resume.
    Notice(Notice),
    /// Something the agent said that this version does not know.
    Unknown(Unknown),
}

/// The agent's plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The steps, in order.
    pub entries: Vec<PlanEntry>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanEntry {
    /// What is to be done.
    pub content: String,
    /// `high`, `medium` or `low`, as the agent says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// `pending`, `in_progress` or `completed`, as the agent says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// How full the agent's context is. What is billed stands in the ledger of the LLM gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ContextUsage {
    /// Tokens in the context.
    pub used: u64,
    /// Tokens the context can hold.
    pub size: u64,
    /// What the session has cost so far, by the agent's own count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// An amount of money, as an agent counts it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cost {
    /// The amount, in units of the currency.
    pub amount: f64,
    /// ISO 4217 code, such as `USD`.
    pub currency: String,
}

/// What the agent calls the session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// A title on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Something that this version does not know, as it was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unknown {
    /// The JSON. `null` where it was too large to keep; see `cut_bytes`.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub raw: Value,
    /// How many bytes of JSON were left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_bytes: Option<u64>,
}

impl Update {
    /// Reads an update that may have been written by a newer version: a kind that is not known
    /// here becomes [`Update::Unknown`]. Only what is not JSON at all is an error.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        match serde_json::from_slice(json) {
            Ok(update) => Ok(update),
            Err(error) if error.is_data() => {
                let raw = serde_json::from_slice(json)?;
                Ok(Self::Unknown(Unknown { raw, cut_bytes: None }))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
