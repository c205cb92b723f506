//! Sessions and their turns.

use model::session::{Containment, SessionKind, SessionState, WorktreeState};
use model::turn::{TurnState, WhenBusy};
use model::{MachineId, SessionId, TurnId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Time;
use crate::policy::{PolicyOptions, PolicyView};
use crate::usage::UsageTotals;

/// Starts a session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSession {
    /// Where it runs.
    pub machine_id: MachineId,
    /// A chat, if it is left out.
    #[serde(default = "chat")]
    pub kind: SessionKind,
    /// The agent. Needed for a chat; a terminal without one runs the user's shell.
    #[serde(default, alias = "agent", alias = "cli_tool", skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// The directory; the machine's first workspace if it is left out.
    #[serde(default, alias = "cwd", alias = "workspace", skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// The model; the agent's default if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it may do without a person. Whoever says nothing about tools gets the preset `ask`.
    #[serde(flatten)]
    pub policy: PolicyOptions,
    /// Whether a person can be asked; if not, `non_interactive_permissions` decides. True if it is
    /// left out.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub interactive: bool,
    /// What to call it; made of the agent and the directory if it is left out.
    #[serde(default, alias = "name", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// After how many seconds without a prompt, a turn or anything else that somebody does it ends
    /// by itself, at most 2592000; never if it is left out or 0. Only for a chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// First width of a terminal in character cells; 80 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<u16>,
    /// First height of a terminal in character cells; 24 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u16>,
    /// Has a worktree made for it, of the Git repository in which the directory lies: files and a
    /// branch of its own. `{}` for one with a branch that is named after the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worktree: Option<WantedWorktree>,
    /// The agent's name for a session that was begun on the machine outside of Gantline: a chat that
    /// goes on with it, in its directory. The machine's `outside-sessions` lists them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<String>,
}

/// What a session's worktree is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedWorktree {
    /// The branch that is made for it, 1 to 200 characters; named after the session if it is left
    /// out. There must be none of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit with which it begins: a branch, a tag, or what else names one; the last one if it
    /// is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_yes(value: &bool) -> bool {
    *value
}

const fn chat() -> SessionKind {
    SessionKind::Chat
}

/// Whose a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Owner {
    /// Identifier.
    pub user_id: UserId,
    /// The name shown to others.
    pub display_name: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Identifier.
    pub session_id: SessionId,
    /// The same, as the gateway document prints it.
    pub id: SessionId,
    /// Where it runs.
    pub machine_id: MachineId,
    /// Chat or terminal.
    pub kind: SessionKind,
    /// The agent; absent for a plain shell.
    pub agent_name: Option<String>,
    /// The directory on the machine.
    pub project_path: String,
    /// The worktree in which that directory lies, where one was made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worktree: Option<Box<WorktreeView>>,
    /// The model asked for.
    pub model: Option<String>,
    /// The policy preset.
    pub permission_preset: String,
    /// What it may do without a person, and where each part of that comes from. Absent for a
    /// terminal, in which nothing asks.
    #[serde(default)]
    pub policy: Option<PolicyView>,
    /// What people call it.
    pub title: String,
    /// The same, as the gateway document prints it.
    pub name: String,
    /// Words by which people find it again, sorted.
    pub tags: Vec<String>,
    /// Whether it was put away; it is not listed then unless it is asked for.
    pub archived: bool,
    /// Where it stands.
    pub status: SessionState,
    /// Whether a turn or the terminal's program runs.
    pub active: bool,
    /// Why it failed, or how its program ended.
    pub detail: Option<String>,
    /// Who holds it to reading, where its policy allows nothing else: the machine's kernel, the
    /// kernel in part, or the policy alone. Absent for other sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub containment: Option<Containment>,
    /// For how many days its transcript is kept on the server after it was last active; absent where
    /// it is on the machine only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript_kept_days: Option<u32>,
    /// What holds it, and what that does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub containment_detail: Option<String>,
    /// After how many seconds without anything happening it ends by itself; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// That it is to stand still, which it does once its status says so; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<PauseView>,
    /// Whose it is.
    pub owner: Owner,
    /// When it was ordered.
    pub created_at: Time,
    /// When anything last happened.
    pub last_active_at: Time,
    /// The same, as the gateway document prints it.
    pub last_active: Time,
    /// When it was taken in from an export. Such a session is over: it can be read like any other,
    /// and takes no prompt. Absent for sessions that were held here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_at: Option<Time>,
    /// What its calls of models used. Absent in live news, where `session.usage` tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<UsageTotals>,
}

/// The worktree of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorktreeView {
    /// The directory of whose repository it is.
    pub source: String,
    /// The branch that was made for it.
    pub branch: String,
    /// The commit with which it began, in hexadecimal.
    pub base: String,
    /// What became of it. When the session is over it goes, unless it holds what is nowhere else.
    pub state: WorktreeState,
    /// Files in it that were not committed, counted when the session was over.
    pub files: u32,
    /// Commits that no other branch had then.
    pub commits: u32,
    /// What else is to be said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// That a session is to stand still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PauseView {
    /// Since when.
    pub at: Time,
    /// Who said so.
    pub by: Owner,
}

/// Sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sessions {
    /// The last active first.
    pub sessions: Vec<SessionView>,
    /// How many are in this answer.
    pub count: usize,
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OneSession {
    /// Always true.
    pub success: bool,
    /// The session.
    pub session: SessionView,
}

/// Changes what people say about a session. What is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSession {
    /// What to call it from now on, 1 to 200 characters.
    #[serde(default, alias = "title", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All its tags: at most 32, each of 1 to 50 characters.
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
}

/// Gives the agent a prompt.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTurn {
    /// The prompt: a text, or ACP content blocks (text, image, resource, resource link).
    #[serde(alias = "prompt")]
    pub content: PromptContent,
    /// What happens if a turn runs already; `queue` if it is left out.
    #[serde(default = "queue")]
    pub when_busy: WhenBusy,
}

const fn queue() -> WhenBusy {
    WhenBusy::Queue
}

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PromptContent {
    /// A text.
    Text(String),
    /// ACP content blocks.
    Blocks(Vec<ContentBlock>),
}

/// One piece of a prompt, as the Agent Client Protocol spells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ContentBlock {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image {
        /// Base64.
        data: String,
        /// For example `image/png`.
        #[serde(rename = "mimeType")]
        mime_type: String,
    },
    /// A file that the agent may read.
    ResourceLink {
        /// For example `file:///home/ana/notes.txt`.
        uri: String,
        /// Its name for people.
        name: String,
    },
    /// A file with its text.
    Resource {
        /// The file.
        resource: EmbeddedResource,
    },
}

/// A file with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmbeddedResource {
    /// Where it came from.
    pub uri: String,
    /// Its text.
    pub text: String,
    /// For example `text/plain`.
    #[serde(default, rename = "mimeType", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

/// A turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TurnView {
    /// Identifier.
    pub turn_id: TurnId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// Who prompted.
    pub author: UserId,
    /// Where it stands.
    pub state: TurnState,
    /// Why it ended, for programs: the agent's stop reason, such as `end_turn` or `refusal`;
    /// `nobody_to_ask` where a question needed a person and the policy says `fail`;
    /// `login_required` where the agent insists on a login.
    #[serde(default)]
    pub stop_reason: Option<String>,
    /// The agent's stop reason, or the error.
    pub outcome: Option<String>,
    /// When the server took it.
    pub created_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneTurn {
    /// Always true.
    pub success: bool,
    /// The turn.
    pub turn: TurnView,
}

/// Turns of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Turns {
    /// The newest first.
    pub turns: Vec<TurnView>,
}

/// Stops a turn.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelTurn {
    /// Which one; the one that runs if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
    /// Why, for the transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Ends a session.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopSession {
    /// Why, for the transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Changes the agent's model.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeModel {
    /// One of the models that the agent offers.
    pub model: String,
}

/// Changes the agent's mode.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMode {
    /// One of the modes that the agent offers.
    pub mode: String,
}

/// Changes one of the agent's options.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOption {
    /// One of the options that the agent offers.
    pub option: String,
    /// Its new value.
    pub value: serde_json::Value,
}

/// One record of a chat's transcript.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UpdateRecord {
    /// Position in the transcript, from 1, without holes.
    pub seq: u64,
    /// When it happened, by the machine's clock.
    pub at: Time,
    /// What happened.
    #[schema(value_type = conversation::Update)]
    pub update: Box<RawValue>,
}

/// A page of a chat's transcript.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Updates {
    /// In order.
    pub updates: Vec<UpdateRecord>,
    /// The highest position that exists.
    pub last: u64,
}
