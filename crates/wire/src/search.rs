//! The question where in transcripts something was said, and its answer. The machine knows nothing of
//! who asks: it looks where it is told to look.

use bytes::Bytes;

/// Where in these transcripts was that said?
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct SearchTranscripts {
    /// Which sessions, 16 bytes each, in the order in which they are looked at; at most
    /// [`MAX_SEARCHED_SESSIONS`](crate::limits::MAX_SEARCHED_SESSIONS).
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub session_ids: Vec<Bytes>,
    /// What is looked for, as it was typed; at most 200 characters.
    #[prost(string, tag = "2")]
    pub words: String,
    /// Only places before this record; 0 for all of them.
    #[prost(uint64, tag = "3")]
    pub before: u64,
    /// The last so many places of each session are told; at most
    /// [`MAX_PLACES`](crate::limits::MAX_PLACES).
    #[prost(uint32, tag = "4")]
    pub places: u32,
    /// It is enough when it was found in so many sessions.
    #[prost(uint32, tag = "5")]
    pub sessions: u32,
    /// For how long at the most, in milliseconds; never more than
    /// [`MAX_SEARCH_TIME`](crate::limits::MAX_SEARCH_TIME).
    #[prost(uint32, tag = "6")]
    pub within_ms: u32,
}

impl std::fmt::Debug for SearchTranscripts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What somebody looks for may be a secret that has leaked.
        f.debug_struct("SearchTranscripts")
            .field("sessions", &self.session_ids.len())
            .finish_non_exhaustive()
    }
}

/// What was found.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TranscriptsSearched {
    /// The sessions in which it was found, in the order of the question.
    #[prost(message, repeated, tag = "1")]
    pub found: Vec<FoundSession>,
    /// How many sessions of the question were gone through, from the first.
    #[prost(uint32, tag = "2")]
    pub searched: u32,
    /// Whether time was over before the others were.
    #[prost(bool, tag = "3")]
    pub is_late: bool,
    /// Those of them that cannot be read, 16 bytes each.
    #[prost(bytes = "bytes", repeated, tag = "4")]
    pub unreadable: Vec<Bytes>,
}

/// A session in which it was found.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FoundSession {
    /// Which one, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The last places, the last first.
    #[prost(message, repeated, tag = "2")]
    pub places: Vec<Place>,
    /// In how many places it was found.
    #[prost(uint64, tag = "3")]
    pub count: u64,
}

/// A place where it was found. Each text is one short line.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Place {
    /// The record with which the message begins, or near which the place is in a long one.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// When, in milliseconds since the Unix epoch.
    #[prost(int64, tag = "2")]
    pub at_ms: i64,
    /// `prompt`, `answer` or `tool`.
    #[prost(string, tag = "3")]
    pub said: String,
    /// What stands before it.
    #[prost(string, tag = "4")]
    pub before: String,
    /// What was found, as it is written there.
    #[prost(string, tag = "5")]
    pub matched: String,
    /// What stands behind it.
    #[prost(string, tag = "6")]
    pub after: String,
}
