//! What is of the moment and forgotten when the link is lost: output, input, signs of life. It
//! passes through unread but for its limits, which hold on the way out and on the way in.

use wire::command::Size;
use wire::frame::{Body, Heartbeat};
use wire::limits::{MAX_INPUT_BYTES, MAX_OUTPUT_BYTES, MAX_RECORD_BYTES, MAX_TERMINAL_SIDE};
use wire::stream::{
    ChatUpdates, InputAck, Record, StreamClose, StreamClosed, StreamCredit, StreamOpen,
    TerminalInput, TerminalOutput, TerminalResize, TerminalScreen,
};

use crate::queue::Class;

/// From the server to the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Downstream {
    /// Send me this session's output.
    StreamOpen(StreamOpen),
    /// You may send this much in all.
    StreamCredit(StreamCredit),
    /// No more of this stream.
    StreamClose(StreamClose),
    /// Keystrokes.
    TerminalInput(TerminalInput),
    /// The size owner's window has this size.
    TerminalResize(TerminalResize),
}

/// From the machine to the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Upstream {
    /// A sign of life.
    Heartbeat(Heartbeat),
    /// Bytes of a terminal.
    TerminalOutput(TerminalOutput),
    /// The screen of a terminal, whole.
    TerminalScreen(TerminalScreen),
    /// Records of a chat.
    ChatUpdates(ChatUpdates),
    /// This stream has ended or could not be opened.
    StreamClosed(StreamClosed),
    /// Keystrokes up to here are in the program's hands.
    InputAck(InputAck),
}

/// What something means for the streams of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamUse {
    /// Nothing.
    None,
    /// It opens this stream.
    Opens(u64),
    /// It belongs to this stream.
    Uses(u64),
    /// It is the last of this stream.
    Ends(u64),
}

/// What travels in one direction.
pub trait Live: Sized {
    /// How urgent it is.
    fn class(&self) -> Class;

    /// What it means for the streams of the link.
    fn stream_use(&self) -> StreamUse;

    /// The rule that it breaks, if it breaks one.
    fn broken_rule(&self) -> Option<&'static str>;

    /// The frame that carries it.
    fn into_body(self) -> Body;

    /// Reads it from a frame, or gives the frame back.
    fn from_body(body: Body) -> Result<Self, Box<Body>>;
}

impl Live for Downstream {
    /// All of it is small, and people wait for it.
    fn class(&self) -> Class {
        Class::Control
    }

    fn stream_use(&self) -> StreamUse {
        match self {
            Self::StreamOpen(open) => StreamUse::Opens(open.stream_id),
            Self::StreamCredit(credit) => StreamUse::Uses(credit.stream_id),
            Self::StreamClose(close) => StreamUse::Ends(close.stream_id),
            Self::TerminalInput(_) | Self::TerminalResize(_) => StreamUse::None,
        }
    }

    fn broken_rule(&self) -> Option<&'static str> {
        match self {
            Self::StreamOpen(open) => session_id(&open.session_id),
            Self::StreamCredit(_) | Self::StreamClose(_) => None,
            Self::TerminalInput(input) => session_id(&input.session_id).or_else(|| {
                (input.data.len() > MAX_INPUT_BYTES).then_some("input comes in pieces of 64 KiB")
            }),
            Self::TerminalResize(resize) => {
                session_id(&resize.session_id).or_else(|| size(resize.size.as_ref()))
            }
        }
    }

    fn into_body(self) -> Body {
        match self {
            Self::StreamOpen(open) => Body::StreamOpen(open),
            Self::StreamCredit(credit) => Body::StreamCredit(credit),
            Self::StreamClose(close) => Body::StreamClose(close),
            Self::TerminalInput(input) => Body::TerminalInput(input),
            Self::TerminalResize(resize) => Body::TerminalResize(resize),
        }
    }

    fn from_body(body: Body) -> Result<Self, Box<Body>> {
        Ok(match body {
            Body::StreamOpen(open) => Self::StreamOpen(open),
            Body::StreamCredit(credit) => Self::StreamCredit(credit),
            Body::StreamClose(close) => Self::StreamClose(close),
            Body::TerminalInput(input) => Self::TerminalInput(input),
            Body::TerminalResize(resize) => Self::TerminalResize(resize),
            other => return Err(Box::new(other)),
        })
    }
}

impl Live for Upstream {
    /// The end of a stream is of the same class as what it ends, so that it stays behind it.
    fn class(&self) -> Class {
        match self {
            Self::Heartbeat(_) | Self::InputAck(_) => Class::Control,
            Self::TerminalOutput(_)
            | Self::TerminalScreen(_)
            | Self::ChatUpdates(_)
            | Self::StreamClosed(_) => Class::Bulk,
        }
    }

    fn stream_use(&self) -> StreamUse {
        match self {
            Self::Heartbeat(_) | Self::InputAck(_) => StreamUse::None,
            Self::TerminalOutput(output) => StreamUse::Uses(output.stream_id),
            Self::TerminalScreen(screen) => StreamUse::Uses(screen.stream_id),
            Self::ChatUpdates(updates) => StreamUse::Uses(updates.stream_id),
            Self::StreamClosed(closed) => StreamUse::Ends(closed.stream_id),
        }
    }

    fn broken_rule(&self) -> Option<&'static str> {
        match self {
            Self::Heartbeat(_) | Self::StreamClosed(_) => None,
            Self::TerminalOutput(output) => {
                (output.data.len() > MAX_OUTPUT_BYTES).then_some("output comes in pieces of 64 KiB")
            }
            Self::TerminalScreen(screen) => match &screen.screen {
                Some(screen) => size(screen.size.as_ref()),
                None => Some("a screen is there"),
            },
            Self::ChatUpdates(updates) => records(&updates.records),
            Self::InputAck(ack) => session_id(&ack.session_id),
        }
    }

    fn into_body(self) -> Body {
        match self {
            Self::Heartbeat(heartbeat) => Body::Heartbeat(heartbeat),
            Self::TerminalOutput(output) => Body::TerminalOutput(output),
            Self::TerminalScreen(screen) => Body::TerminalScreen(screen),
            Self::ChatUpdates(updates) => Body::ChatUpdates(updates),
            Self::StreamClosed(closed) => Body::StreamClosed(closed),
            Self::InputAck(ack) => Body::InputAck(ack),
        }
    }

    fn from_body(body: Body) -> Result<Self, Box<Body>> {
        Ok(match body {
            Body::Heartbeat(heartbeat) => Self::Heartbeat(heartbeat),
            Body::TerminalOutput(output) => Self::TerminalOutput(output),
            Body::TerminalScreen(screen) => Self::TerminalScreen(screen),
            Body::ChatUpdates(updates) => Self::ChatUpdates(updates),
            Body::StreamClosed(closed) => Self::StreamClosed(closed),
            Body::InputAck(ack) => Self::InputAck(ack),
            other => return Err(Box::new(other)),
        })
    }
}

fn session_id(bytes: &[u8]) -> Option<&'static str> {
    (bytes.len() != 16).then_some("a session id has 16 bytes")
}

fn size(size: Option<&Size>) -> Option<&'static str> {
    let allowed = 1..=MAX_TERMINAL_SIDE;
    let fits =
        size.is_some_and(|size| allowed.contains(&size.columns) && allowed.contains(&size.rows));
    (!fits).then_some("a terminal has 1 to 1000 columns and rows")
}

fn records(records: &[Record]) -> Option<&'static str> {
    let numbered = records.windows(2).all(|pair| pair[1].seq == pair[0].seq.saturating_add(1));
    if records.is_empty() || !numbered {
        return Some("records follow each other without holes");
    }
    let too_large = records.iter().any(|record| record.update_json.len() > MAX_RECORD_BYTES);
    too_large.then_some("a record has at most 1 MiB")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[track_caller]
    fn check(live: &impl Live, expect: Option<&str>) {
        assert_eq!(live.broken_rule(), expect);
    }

    fn input(session_id: usize, data: usize) -> Downstream {
        let (session_id, data) = (vec![1; session_id].into(), vec![b'x'; data].into());
        Downstream::TerminalInput(TerminalInput { session_id, lease: 1, seq: 1, data })
    }

    fn resize(columns: u32, rows: u32) -> Downstream {
        let size = Some(Size { columns, rows });
        let session_id = Bytes::from_static(&[1; 16]);
        Downstream::TerminalResize(TerminalResize { session_id, lease: 1, size })
    }

    fn updates(seqs: &[u64], bytes: usize) -> Upstream {
        let update_json = Bytes::from(vec![b' '; bytes]);
        let record = |seq: &u64| Record { seq: *seq, at_ms: 0, update_json: update_json.clone() };
        let records = seqs.iter().map(record).collect();
        Upstream::ChatUpdates(ChatUpdates { stream_id: 1, records })
    }

    #[test]
    fn the_limits_of_each_kind() {
        check(&input(16, MAX_INPUT_BYTES), None);
        check(&input(15, 1), Some("a session id has 16 bytes"));
        check(&input(16, MAX_INPUT_BYTES + 1), Some("input comes in pieces of 64 KiB"));
        check(&resize(1, 1000), None);
        check(&resize(0, 24), Some("a terminal has 1 to 1000 columns and rows"));
        check(&resize(80, 1001), Some("a terminal has 1 to 1000 columns and rows"));
        check(&updates(&[4, 5, 6], 10), None);
        check(&updates(&[4, 6], 10), Some("records follow each other without holes"));
        check(&updates(&[], 10), Some("records follow each other without holes"));
        check(&updates(&[1], MAX_RECORD_BYTES + 1), Some("a record has at most 1 MiB"));
        let data = Bytes::from(vec![0; MAX_OUTPUT_BYTES + 1]);
        let output = TerminalOutput { stream_id: 1, offset: 0, data };
        check(&Upstream::TerminalOutput(output), Some("output comes in pieces of 64 KiB"));
        check(
            &Upstream::TerminalScreen(TerminalScreen { stream_id: 1, screen: None }),
            Some("a screen is there"),
        );
    }

    #[test]
    fn a_body_of_the_other_direction_is_given_back() {
        let body = resize(80, 24).into_body();
        assert_eq!(Upstream::from_body(body.clone()), Err(Box::new(body.clone())));
        assert_eq!(Downstream::from_body(body), Ok(resize(80, 24)));
    }
}
