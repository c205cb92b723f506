//! Facts from a machine: in its journal before they are sent, in the server's database before
//! they are acknowledged and then forgotten by the journal.

use bytes::Bytes;

use crate::update::UpdateEnded;

/// One fact.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Report {
    /// Position in the machine's sequence, from 1, without holes.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// Wall time on the machine, milliseconds since the Unix epoch; informational.
    #[prost(int64, tag = "2")]
    pub at_ms: i64,
    /// What happened. `None` after decoding means a fact this side does not know; it is counted,
    /// acknowledged and dropped.
    #[prost(oneof = "Fact", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18, 40")]
    pub fact: Option<Fact>,
}

/// What a report can say.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Fact {
    /// How a command ended.
    #[prost(message, tag = "10")]
    CommandFinished(CommandFinished),
    /// Where a session stands.
    #[prost(message, tag = "11")]
    SessionChanged(SessionChanged),
    /// Where a turn stands.
    #[prost(message, tag = "12")]
    TurnChanged(TurnChanged),
    /// The agent asks a person.
    #[prost(message, tag = "13")]
    PermissionAsked(PermissionAsked),
    /// A question has gone away: answered and passed on, or moot.
    #[prost(message, tag = "14")]
    PermissionClosed(PermissionClosed),
    /// The policy decided without a person.
    #[prost(message, tag = "15")]
    PolicyDecided(PolicyDecided),
    /// What the machine is and has.
    #[prost(message, tag = "16")]
    MachineDescribed(MachineDescribed),
    /// Who holds a session to reading.
    #[prost(message, tag = "17")]
    SessionContained(SessionContained),
    /// What became of a session's worktree.
    #[prost(message, tag = "18")]
    SessionWorktree(SessionWorktree),
    /// What became of a newer release.
    #[prost(message, tag = "40")]
    UpdateEnded(UpdateEnded),
}

/// How a command ended.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CommandFinished {
    /// Which command, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub command_id: Bytes,
    /// The end, as a word of `model::command::CommandState`.
    #[prost(string, tag = "2")]
    pub state: String,
    /// Stable error code, such as `agent_not_installed`; empty where there is none.
    #[prost(string, tag = "3")]
    pub code: String,
    /// The same for people.
    #[prost(string, tag = "4")]
    pub message: String,
}

/// Where a session stands.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SessionChanged {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// A word of `model::session::SessionState`.
    #[prost(string, tag = "2")]
    pub state: String,
    /// Why it failed, or how its program ended; for people.
    #[prost(string, tag = "3")]
    pub detail: String,
    /// A title the agent gave it; empty where there is none.
    #[prost(string, tag = "4")]
    pub title: String,
}

/// Where a turn stands.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TurnChanged {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// Which turn, 16 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub turn_id: Bytes,
    /// A word of `model::turn::TurnState`.
    #[prost(string, tag = "3")]
    pub state: String,
    /// Stop reason or error, for people.
    #[prost(string, tag = "4")]
    pub outcome: String,
    /// Why it ended, for programs: the agent's stop reason, or a word of the machine's; empty if
    /// there is none.
    #[prost(string, tag = "5")]
    pub stop_reason: String,
}

/// The agent asks a person.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PermissionAsked {
    /// Identifier, made by the machine, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub request_id: Bytes,
    /// The session that asks, 16 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub session_id: Bytes,
    /// The turn that asks, 16 bytes; empty outside a turn.
    #[prost(bytes = "bytes", tag = "3")]
    pub turn_id: Bytes,
    /// One line for people.
    #[prost(string, tag = "4")]
    pub title: String,
    /// The tool call, whole, as JSON.
    #[prost(bytes = "bytes", tag = "5")]
    pub details_json: Bytes,
    /// SHA-256 of `details_json`, 32 bytes.
    #[prost(bytes = "bytes", tag = "6")]
    pub digest: Bytes,
}

/// A question has gone away.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PermissionClosed {
    /// Which question, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub request_id: Bytes,
    /// `resolved` or `withdrawn`, words of `model::permission::PermissionState`.
    #[prost(string, tag = "2")]
    pub state: String,
}

/// The policy decided without a person. Reported so that the audit shows every request.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PolicyDecided {
    /// The session that asked, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// One line for people.
    #[prost(string, tag = "2")]
    pub title: String,
    /// The tool, a word of `policy::Tool`.
    #[prost(string, tag = "3")]
    pub tool: String,
    /// Whether it was allowed.
    #[prost(bool, tag = "4")]
    pub allowed: bool,
    /// The rule that decided, for people.
    #[prost(string, tag = "5")]
    pub reason: String,
    /// SHA-256 of the tool call's JSON, 32 bytes.
    #[prost(bytes = "bytes", tag = "6")]
    pub digest: Bytes,
    /// The rule of a person's that decided, 16 bytes; empty if none did.
    #[prost(bytes = "bytes", tag = "7")]
    pub rule_id: Bytes,
}

/// What the machine is and has.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct MachineDescribed {
    /// The JSON of `model::machine::MachineFacts`.
    #[prost(bytes = "bytes", tag = "1")]
    pub facts_json: Bytes,
}

/// Who holds a session to reading. Said whenever a session whose policy allows nothing else begins
/// or is taken up again.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SessionContained {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// A word of `model::session::Containment`.
    #[prost(string, tag = "2")]
    pub containment: String,
    /// What holds it, and what that does not hold; for people.
    #[prost(string, tag = "3")]
    pub detail: String,
}

/// What became of a session's worktree, said when the session is over.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SessionWorktree {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// A word of `model::session::WorktreeState`.
    #[prost(string, tag = "2")]
    pub state: String,
    /// Files in it that were not committed, as far as they were counted.
    #[prost(uint32, tag = "3")]
    pub files: u32,
    /// Commits that no other branch has, as far as they were counted.
    #[prost(uint32, tag = "4")]
    pub commits: u32,
    /// What else is to be said, for people; may be empty.
    #[prost(string, tag = "5")]
    pub detail: String,
}

/// Reports up to here are in the server's database.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ReportAck {
    /// Highest sequence number in the database.
    #[prost(uint64, tag = "1")]
    pub up_to: u64,
    /// Set when a hole was seen: the machine sends again from `up_to + 1`.
    #[prost(bool, tag = "2")]
    pub hole: bool,
}
