//! Orders from the server to a machine: stored before they are sent, in the machine's journal
//! before they are acknowledged, executed at most once.

use bytes::Bytes;

use crate::outside::Continued;
use crate::worktree::Worktree;

/// One order.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Command {
    /// Position in the machine's sequence, from 1, without holes.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// Identifier, 16 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub command_id: Bytes,
    /// The session it is about, 16 bytes.
    #[prost(bytes = "bytes", tag = "3")]
    pub session_id: Bytes,
    /// The link that sends it; the machine drops a command whose epoch is not its link's.
    #[prost(uint64, tag = "4")]
    pub epoch: u64,
    /// After this wall time of the server it must not be begun, milliseconds since the Unix
    /// epoch; 0 means that it does not expire.
    #[prost(int64, tag = "5")]
    pub not_after_ms: i64,
    /// Who ordered it, as `user:<id>` or `system`.
    #[prost(string, tag = "6")]
    pub actor: String,
    /// What to do. `None` after decoding means an order this side does not know; it is reported
    /// as failed, never skipped.
    #[prost(oneof = "Order", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21")]
    pub order: Option<Order>,
}

/// What a command can order.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Order {
    /// Start a chat or a terminal.
    #[prost(message, tag = "10")]
    StartSession(StartSession),
    /// Give the agent a prompt.
    #[prost(message, tag = "11")]
    Prompt(Prompt),
    /// Stop a turn, queued or running.
    #[prost(message, tag = "12")]
    CancelTurn(CancelTurn),
    /// A person's answer to the agent's question.
    #[prost(message, tag = "13")]
    AnswerPermission(AnswerPermission),
    /// Change the agent's mode.
    #[prost(message, tag = "14")]
    SetMode(SetMode),
    /// Change the agent's model.
    #[prost(message, tag = "15")]
    SetModel(SetModel),
    /// Change one of the agent's options.
    #[prost(message, tag = "16")]
    SetOption(SetOption),
    /// End the session and every process of it.
    #[prost(message, tag = "17")]
    StopSession(StopSession),
    /// End the session, and drop everything that is kept of it but its workspace.
    #[prost(message, tag = "18")]
    ForgetSession(ForgetSession),
    /// Replace the rules of a chat's policy.
    #[prost(message, tag = "19")]
    SetRules(SetRules),
    /// Let nothing of the session run.
    #[prost(message, tag = "20")]
    PauseSession(PauseSession),
    /// Let the session go on from where it stands.
    #[prost(message, tag = "21")]
    ResumeSession(ResumeSession),
}

/// The kinds of session, on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum SessionKind {
    /// Not said; refused.
    Unspecified = 0,
    /// A conversation with an agent.
    Chat = 1,
    /// A program on a pseudo-terminal.
    Terminal = 2,
}

/// Start a chat or a terminal.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StartSession {
    /// Chat or terminal.
    #[prost(enumeration = "SessionKind", tag = "1")]
    pub kind: i32,
    /// Absolute directory on the machine.
    #[prost(string, tag = "2")]
    pub workspace: String,
    /// Agent name; empty for a plain shell (terminals only).
    #[prost(string, tag = "3")]
    pub agent: String,
    /// Model to ask the agent for; empty for its default.
    #[prost(string, tag = "4")]
    pub model: String,
    /// The session's policy, as the JSON of `policy::SessionPolicy`.
    #[prost(bytes = "bytes", tag = "5")]
    pub policy_json: Bytes,
    /// First size of a terminal.
    #[prost(message, optional, tag = "6")]
    pub size: Option<Size>,
    /// That the directory is a worktree, which is made first.
    #[prost(message, optional, tag = "7")]
    pub worktree: Option<Worktree>,
    /// That it goes on with what was begun outside of us.
    #[prost(message, optional, tag = "8")]
    pub continues: Option<Continued>,
}

/// A terminal's size in character cells.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Size {
    /// Columns, 1 to 1000.
    #[prost(uint32, tag = "1")]
    pub columns: u32,
    /// Rows, 1 to 1000.
    #[prost(uint32, tag = "2")]
    pub rows: u32,
}

/// Give the agent a prompt.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Prompt {
    /// The turn this begins, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub turn_id: Bytes,
    /// ACP content blocks, as a JSON array.
    #[prost(bytes = "bytes", tag = "2")]
    pub content_json: Bytes,
    /// Whether to cancel the running turn and go first, instead of waiting.
    #[prost(bool, tag = "3")]
    pub steer: bool,
    /// Who wrote it, for the transcript.
    #[prost(string, tag = "4")]
    pub author: String,
}

/// Stop a turn, queued or running.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CancelTurn {
    /// Which one, 16 bytes; empty means the one that runs.
    #[prost(bytes = "bytes", tag = "1")]
    pub turn_id: Bytes,
}

/// What a person answered, on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum Answer {
    /// Not said; counts as a denial.
    Unspecified = 0,
    /// Yes, this one time.
    AllowOnce = 1,
    /// Yes, and the same again until the session ends.
    AllowSession = 2,
    /// No.
    Deny = 3,
}

/// A person's answer to the agent's question.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AnswerPermission {
    /// Which question, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub request_id: Bytes,
    /// SHA-256 of the question as the person saw it; the machine refuses an answer to another one.
    #[prost(bytes = "bytes", tag = "2")]
    pub digest: Bytes,
    /// The answer.
    #[prost(enumeration = "Answer", tag = "3")]
    pub answer: i32,
    /// What the person adds to a denial, for the agent.
    #[prost(string, tag = "4")]
    pub note: String,
    /// Who answered, for the transcript.
    #[prost(string, tag = "5")]
    pub author: String,
}

/// Change the agent's mode.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetMode {
    /// One of the modes the agent offered.
    #[prost(string, tag = "1")]
    pub mode_id: String,
}

/// Change the agent's model.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetModel {
    /// One of the models the agent offered.
    #[prost(string, tag = "1")]
    pub model_id: String,
}

/// Change one of the agent's options.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetOption {
    /// One of the options the agent offered.
    #[prost(string, tag = "1")]
    pub option_id: String,
    /// Its new value, as JSON.
    #[prost(bytes = "bytes", tag = "2")]
    pub value_json: Bytes,
}

/// Replace the rules of a chat's policy: what people have answered once and for all. A machine that
/// does not know this order says so; it never goes on as if there were no rules.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetRules {
    /// All rules, as the JSON of a list of `policy::Rule`, at most
    /// [`crate::limits::MAX_RULES_BYTES`] long.
    #[prost(bytes = "bytes", tag = "1")]
    pub rules_json: Bytes,
}

/// End the session and every process of it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StopSession {
    /// Why, for the transcript.
    #[prost(string, tag = "1")]
    pub reason: String,
}

/// End the session, and drop everything that is kept of it but its workspace.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ForgetSession {}

/// Let nothing of the session run: every process of it is held where it stands. It may be ordered
/// twice.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct PauseSession {}

/// Let the session go on from where it stands. It may be ordered twice.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ResumeSession {}

/// Commands up to here are in the machine's journal.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct CommandAck {
    /// Highest sequence number in the journal.
    #[prost(uint64, tag = "1")]
    pub up_to: u64,
    /// Set when a hole was seen: the server sends again from `up_to + 1`.
    #[prost(bool, tag = "2")]
    pub hole: bool,
}
