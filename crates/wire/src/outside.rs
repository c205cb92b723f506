//! What is said of sessions that were begun on a machine outside of us, with the agents' own programs:
//! which there are, and that one is gone on with. The machine's owner has said who may ask.

use std::fmt;

use bytes::Bytes;

/// Which sessions were begun outside?
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ListOutside {
    /// Whether whoever asks looks after the machine. The machine decides what follows.
    #[prost(bool, tag = "1")]
    pub by_administrator: bool,
    /// How many at the most; never more than
    /// [`MAX_OUTSIDE_SESSIONS`](crate::limits::MAX_OUTSIDE_SESSIONS).
    #[prost(uint32, tag = "2")]
    pub most: u32,
}

/// These were begun outside.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OutsideListed {
    /// Those in workspaces of the machine, the last changed one first.
    #[prost(message, repeated, tag = "1")]
    pub sessions: Vec<OutsideSession>,
    /// How many files of agents cannot be read, or hold something else.
    #[prost(uint32, tag = "2")]
    pub unreadable: u32,
    /// Whether there are more than were looked at, or than are told.
    #[prost(bool, tag = "3")]
    pub has_more: bool,
}

/// A session that was begun outside.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct OutsideSession {
    /// The agent.
    #[prost(string, tag = "1")]
    pub agent: String,
    /// The agent's name for it.
    #[prost(string, tag = "2")]
    pub id: String,
    /// The directory in which it works, absolute, symbolic links resolved.
    #[prost(string, tag = "3")]
    pub directory: String,
    /// What it is called, or what was asked first: one short line.
    #[prost(string, tag = "4")]
    pub title: String,
    /// How many prompts there are; absent where that is not known.
    #[prost(uint32, optional, tag = "5")]
    pub prompts: Option<u32>,
    /// When it was last changed, in milliseconds since the Unix epoch.
    #[prost(int64, tag = "6")]
    pub changed_at_ms: i64,
    /// How much is kept of it.
    #[prost(uint64, tag = "7")]
    pub size_bytes: u64,
    /// Whether it was changed so lately that somebody may have it open.
    #[prost(bool, tag = "8")]
    pub may_be_open: bool,
    /// The session of ours that goes on with it, 16 bytes; empty where none does.
    #[prost(bytes = "bytes", tag = "9")]
    pub continued_in: Bytes,
}

impl fmt::Debug for OutsideSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What somebody has asked an agent is theirs.
        f.debug_struct("OutsideSession").field("agent", &self.agent).finish_non_exhaustive()
    }
}

/// The session that was begun outside and is to be gone on with.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Continued {
    /// The agent's name for it.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Whether whoever wants it looks after the machine.
    #[prost(bool, tag = "2")]
    pub by_administrator: bool,
}

/// That it could be gone on with.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct Continuable {
    /// What it is called, or what was asked first: one short line.
    #[prost(string, tag = "1")]
    pub title: String,
}

impl fmt::Debug for Continuable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Continuable").finish_non_exhaustive()
    }
}
