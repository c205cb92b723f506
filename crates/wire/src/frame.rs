//! The envelope: whatever is said is one [`Frame`]. A long one travels in several transport
//! messages, which is `link`'s business.

use crate::call::{Call, Reply};
use crate::command::{Command, CommandAck};
use crate::handshake::{Challenge, Goodbye, Hello, Proof, Refusal, Welcome};
use crate::report::{Report, ReportAck};
use crate::stream::{
    ChatUpdates, InputAck, StreamClose, StreamClosed, StreamCredit, StreamOpen, TerminalInput,
    TerminalOutput, TerminalResize, TerminalScreen,
};

/// One thing said. A frame whose body this side does not know decodes to `None` and is
/// counted and ignored.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Frame {
    /// What it carries.
    #[prost(
        oneof = "Body",
        tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29"
    )]
    pub body: Option<Body>,
}

impl From<Body> for Frame {
    fn from(body: Body) -> Self {
        Self { body: Some(body) }
    }
}

/// What a frame can carry.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Body {
    /// Machine → server, first of all.
    #[prost(message, tag = "1")]
    Hello(Hello),
    /// Server → machine, in answer to `Hello`.
    #[prost(message, tag = "2")]
    Challenge(Challenge),
    /// Machine → server, in answer to `Challenge`. Every later frame is sealed.
    #[prost(message, tag = "3")]
    Proof(Proof),
    /// Server → machine: the link is up.
    #[prost(message, tag = "4")]
    Welcome(Welcome),
    /// Server → machine: the link will not come up, and why.
    #[prost(message, tag = "5")]
    Refusal(Refusal),
    /// Either way: the sender is about to close, on purpose.
    #[prost(message, tag = "6")]
    Goodbye(Goodbye),
    /// Either way: are you there?
    #[prost(message, tag = "7")]
    Ping(Ping),
    /// Either way, in answer to `Ping`.
    #[prost(message, tag = "8")]
    Pong(Pong),
    /// Machine → server: a sign of life with a few numbers.
    #[prost(message, tag = "9")]
    Heartbeat(Heartbeat),
    /// Server → machine, durable.
    #[prost(message, tag = "10")]
    Command(Command),
    /// Machine → server: commands up to here are in the journal.
    #[prost(message, tag = "11")]
    CommandAck(CommandAck),
    /// Machine → server, durable.
    #[prost(message, tag = "12")]
    Report(Report),
    /// Server → machine: reports up to here are in the database.
    #[prost(message, tag = "13")]
    ReportAck(ReportAck),
    /// Either way: a question.
    #[prost(message, tag = "14")]
    Call(Call),
    /// Either way: its answer.
    #[prost(message, tag = "15")]
    Reply(Reply),
    /// Server → machine: send me this session's output.
    #[prost(message, tag = "20")]
    StreamOpen(StreamOpen),
    /// Server → machine: you may send this much in all.
    #[prost(message, tag = "21")]
    StreamCredit(StreamCredit),
    /// Server → machine: no more of this stream.
    #[prost(message, tag = "22")]
    StreamClose(StreamClose),
    /// Machine → server: this stream has ended or could not be opened.
    #[prost(message, tag = "23")]
    StreamClosed(StreamClosed),
    /// Machine → server: bytes of a terminal.
    #[prost(message, tag = "24")]
    TerminalOutput(TerminalOutput),
    /// Machine → server: the screen of a terminal, whole.
    #[prost(message, tag = "25")]
    TerminalScreen(TerminalScreen),
    /// Machine → server: records of a chat.
    #[prost(message, tag = "26")]
    ChatUpdates(ChatUpdates),
    /// Server → machine: keystrokes.
    #[prost(message, tag = "27")]
    TerminalInput(TerminalInput),
    /// Server → machine: the size owner's window has this size.
    #[prost(message, tag = "28")]
    TerminalResize(TerminalResize),
    /// Machine → server: keystrokes up to here are in the program's hands.
    #[prost(message, tag = "29")]
    InputAck(InputAck),
}

/// Are you there?
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Ping {
    /// Comes back in the [`Pong`].
    #[prost(uint64, tag = "1")]
    pub nonce: u64,
}

/// I am here.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Pong {
    /// From the [`Ping`].
    #[prost(uint64, tag = "1")]
    pub nonce: u64,
}

/// A sign of life with a few numbers about the machine.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Heartbeat {
    /// Wall time on the machine, milliseconds since the Unix epoch; informational.
    #[prost(int64, tag = "1")]
    pub machine_time_ms: i64,
    /// One-minute load average.
    #[prost(float, tag = "2")]
    pub load_average: f32,
    /// Free space where the journal lies, in bytes.
    #[prost(uint64, tag = "3")]
    pub free_disk_bytes: u64,
    /// Sessions with a running process.
    #[prost(uint32, tag = "4")]
    pub running_sessions: u32,
    /// Memory that programs can still get, in bytes; 0 where the machine does not say.
    #[prost(uint64, tag = "5")]
    pub free_memory_bytes: u64,
}
