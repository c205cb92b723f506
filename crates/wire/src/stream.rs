//! Live output and input of one session. Streams end with the link; the server opens them again
//! from where it stopped, because every byte has an offset and every record a number.

use bytes::Bytes;

use crate::command::Size;

/// Send me this session's output.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StreamOpen {
    /// Chosen by the server, never used twice on one link.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub session_id: Bytes,
    /// Terminal: first byte offset wanted. Chat: only records with a higher number.
    #[prost(uint64, tag = "3")]
    pub from: u64,
    /// How many bytes may be sent in all until more credit comes.
    #[prost(uint64, tag = "4")]
    pub credit: u64,
}

/// You may send this much in all.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct StreamCredit {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// Bytes that may be sent since the stream was opened; only ever grows.
    #[prost(uint64, tag = "2")]
    pub credit: u64,
}

/// No more of this stream.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct StreamClose {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
}

/// This stream has ended or could not be opened.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StreamClosed {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// Stable code: `ended`, `unknown_session`.
    #[prost(string, tag = "2")]
    pub code: String,
    /// The same for people.
    #[prost(string, tag = "3")]
    pub message: String,
}

/// Bytes of a terminal.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TerminalOutput {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// Offset of the first byte since the terminal began.
    #[prost(uint64, tag = "2")]
    pub offset: u64,
    /// The bytes, at most [`crate::limits::MAX_OUTPUT_BYTES`].
    #[prost(bytes = "bytes", tag = "3")]
    pub data: Bytes,
}

/// A terminal's screen, drawn by bytes that lead any fresh terminal of that size to it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Screen {
    /// The offset up to which output is drawn; output goes on from here.
    #[prost(uint64, tag = "1")]
    pub offset: u64,
    /// The size it is drawn for.
    #[prost(message, optional, tag = "2")]
    pub size: Option<Size>,
    /// The bytes.
    #[prost(bytes = "bytes", tag = "3")]
    pub data: Bytes,
}

/// The screen of a terminal, whole: sent where the bytes asked for are no longer held.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TerminalScreen {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// The screen.
    #[prost(message, optional, tag = "2")]
    pub screen: Option<Screen>,
}

/// Records of a chat.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ChatUpdates {
    /// Which stream.
    #[prost(uint64, tag = "1")]
    pub stream_id: u64,
    /// In order, without holes.
    #[prost(message, repeated, tag = "2")]
    pub records: Vec<Record>,
}

/// One record of a chat's transcript.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Record {
    /// Position in the transcript, from 1, without holes.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// Wall time on the machine, milliseconds since the Unix epoch.
    #[prost(int64, tag = "2")]
    pub at_ms: i64,
    /// The JSON of `conversation::Update`; the relay passes it on unread.
    #[prost(bytes = "bytes", tag = "3")]
    pub update_json: Bytes,
}

/// Keystrokes.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TerminalInput {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The lease under which they were typed; input of a lower one is dropped.
    #[prost(uint64, tag = "2")]
    pub lease: u64,
    /// Position in the lease's input, from 1; the machine drops what it has had.
    #[prost(uint64, tag = "3")]
    pub seq: u64,
    /// The bytes, at most [`crate::limits::MAX_INPUT_BYTES`].
    #[prost(bytes = "bytes", tag = "4")]
    pub data: Bytes,
}

/// The size owner's window has this size.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TerminalResize {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The lease of the size owner; a lower one is ignored.
    #[prost(uint64, tag = "2")]
    pub lease: u64,
    /// The new size.
    #[prost(message, optional, tag = "3")]
    pub size: Option<Size>,
}

/// Keystrokes up to here are in the program's hands.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct InputAck {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The lease the input came under.
    #[prost(uint64, tag = "2")]
    pub lease: u64,
    /// Position of the last input that was written to the terminal.
    #[prost(uint64, tag = "3")]
    pub seq: u64,
}
