//! How the messages of a link travel where WebSockets cannot: in the bodies of requests that the
//! machine sends and of the answers that it gets.
//!
//! Messages are numbered from 1 in each direction, and each side keeps its own until the other has
//! said that it has them. So a body that was lost, or came twice, is mended by sending the next one,
//! and no answer has to be kept for the case that it got lost.

use bytes::Bytes;
use prost::Message;

use crate::limits::{MAX_MESSAGE_BYTES, MAX_POLL_BYTES, MAX_POLL_MESSAGES};

/// How long the identifier of a polled connection is, in bytes.
pub const POLL_ID_BYTES: usize = 16;

/// What such bodies are, as a content type.
pub const POLL_CONTENT_TYPE: &str = "application/octet-stream";

/// A body holds something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PollBodyError {
    /// Larger than [`MAX_POLL_BYTES`].
    #[error("{size} bytes are more than the limit of {MAX_POLL_BYTES}")]
    TooLarge {
        /// Its size.
        size: usize,
    },
    /// More messages than [`MAX_POLL_MESSAGES`].
    #[error("{count} messages are more than the limit of {MAX_POLL_MESSAGES}")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// A message that is larger than [`MAX_MESSAGE_BYTES`].
    #[error("a message of {size} bytes is larger than the limit of {MAX_MESSAGE_BYTES}")]
    MessageTooLarge {
        /// Its size.
        size: usize,
    },
    /// Not Protocol Buffers, or not of our types.
    #[error("malformed: {0}")]
    Malformed(String),
}

/// From the machine.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PollRequest {
    /// Which connection, as the server has called it in its first answer; nothing in the first
    /// request, which begins one.
    #[prost(bytes = "bytes", tag = "1")]
    pub poll_id: Bytes,
    /// For how long the server may keep the answer back until it has something to say, in
    /// milliseconds; with 0 it answers at once, and says nothing but what it has received.
    #[prost(uint32, tag = "2")]
    pub hold_ms: u32,
    /// The machine has every message up to this number.
    #[prost(uint64, tag = "3")]
    pub received: u64,
    /// The number of the first message in here.
    #[prost(uint64, tag = "4")]
    pub first: u64,
    /// Messages of the link, in their order.
    #[prost(bytes = "bytes", repeated, tag = "5")]
    pub messages: Vec<Bytes>,
}

/// From the server.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PollAnswer {
    /// Which connection. Whoever knows it can break it, and do nothing else: the messages are
    /// sealed.
    #[prost(bytes = "bytes", tag = "1")]
    pub poll_id: Bytes,
    /// The server has every message up to this number.
    #[prost(uint64, tag = "2")]
    pub received: u64,
    /// The number of the first message in here.
    #[prost(uint64, tag = "3")]
    pub first: u64,
    /// Messages of the link, in their order.
    #[prost(bytes = "bytes", repeated, tag = "4")]
    pub messages: Vec<Bytes>,
}

impl PollRequest {
    /// As a body.
    pub fn to_body(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    /// Reads a body. The messages share its memory.
    pub fn from_body(body: Bytes) -> Result<Self, PollBodyError> {
        let read: Self = decode(body)?;
        check(&read.messages)?;
        Ok(read)
    }
}

impl PollAnswer {
    /// As a body.
    pub fn to_body(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    /// Reads a body. The messages share its memory.
    pub fn from_body(body: Bytes) -> Result<Self, PollBodyError> {
        let read: Self = decode(body)?;
        check(&read.messages)?;
        Ok(read)
    }
}

fn decode<M: Message + Default>(body: Bytes) -> Result<M, PollBodyError> {
    if body.len() > MAX_POLL_BYTES {
        return Err(PollBodyError::TooLarge { size: body.len() });
    }
    M::decode(body).map_err(|error| PollBodyError::Malformed(error.to_string()))
}

fn check(messages: &[Bytes]) -> Result<(), PollBodyError> {
    if messages.len() > MAX_POLL_MESSAGES {
        return Err(PollBodyError::TooMany { count: messages.len() });
    }
    match messages.iter().map(Bytes::len).find(|size| *size > MAX_MESSAGE_BYTES) {
        Some(size) => Err(PollBodyError::MessageTooLarge { size }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> PollRequest {
        PollRequest {
            poll_id: vec![7; POLL_ID_BYTES].into(),
            hold_ms: 25_000,
            received: 3,
            first: 9,
            messages: vec!["one".into(), "two".into()],
        }
    }

    /// R20: a peer of another release reads these same bytes.
    #[test]
    fn the_bytes_of_both_bodies_stay() {
        assert_eq!(
            hex::encode(request().to_body()),
            "0a100707070707070707070707070707070710a8c30118032009\
             2a036f6e652a0374776f"
        );
        let answer = PollAnswer {
            poll_id: vec![7; POLL_ID_BYTES].into(),
            received: 10,
            first: 4,
            messages: vec!["three".into()],
        };
        assert_eq!(
            hex::encode(answer.to_body()),
            "0a1007070707070707070707070707070707100a180422057468726565"
        );
        assert_eq!(PollAnswer::from_body(answer.to_body()), Ok(answer));
        assert_eq!(PollRequest::from_body(request().to_body()), Ok(request()));
    }

    #[test]
    fn what_is_no_body_is_refused_and_says_why() {
        let garbage = PollRequest::from_body(Bytes::from_static(b"<html>"));
        assert!(matches!(garbage, Err(PollBodyError::Malformed(_))), "{garbage:?}");
        let large = PollRequest::from_body(vec![0; MAX_POLL_BYTES + 1].into());
        assert!(matches!(large, Err(PollBodyError::TooLarge { .. })), "{large:?}");
        let messages = vec![vec![0; MAX_MESSAGE_BYTES + 1].into()];
        let long = PollRequest::from_body(PollRequest { messages, ..request() }.to_body());
        assert!(matches!(long, Err(PollBodyError::MessageTooLarge { .. })), "{long:?}");
        let messages = vec![Bytes::new(); MAX_POLL_MESSAGES + 1];
        let many = PollRequest { messages, ..request() };
        let many = PollRequest::from_body(many.to_body());
        assert!(matches!(many, Err(PollBodyError::TooMany { .. })), "{many:?}");
    }
}
