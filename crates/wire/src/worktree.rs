//! Worktrees that are made for sessions: what is wanted, what it will be, and the end of it. The
//! machine decides where they lie and what is in them.

use bytes::Bytes;

/// What a worktree is to be.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WantedWorktree {
    /// The branch that is made for it; empty for one that is named after the session.
    #[prost(string, tag = "1")]
    pub branch: String,
    /// The commit with which it begins, as people name commits; empty for the last one.
    #[prost(string, tag = "2")]
    pub base: String,
}

/// A worktree of a session.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Worktree {
    /// The directory of whose repository it is, absolute, symbolic links resolved.
    #[prost(string, tag = "1")]
    pub source: String,
    /// The branch that is made for it.
    #[prost(string, tag = "2")]
    pub branch: String,
    /// The commit with which it begins, in hexadecimal.
    #[prost(string, tag = "3")]
    pub base: String,
}

/// Remove the worktree of a session that has ended.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RemoveWorktree {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// Whether what is nowhere else goes with it; else it is refused where there is any.
    #[prost(bool, tag = "2")]
    pub discard: bool,
}

/// It is gone. The same is reported.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WorktreeRemoved {
    /// What became of its branch, for people; empty where it went as well.
    #[prost(string, tag = "1")]
    pub detail: String,
}
