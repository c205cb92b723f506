//! Why a link ends in error, and why something could not be sent.

use wire::WireError;

/// What broke a link. The shell closes the transport and connects again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A message could not be opened: changed, replayed, out of order, cut short or not from the
    /// peer at all.
    #[error("message {number} from the peer is not the one that was sealed")]
    Seal {
        /// How many messages were opened before it.
        number: u64,
    },
    /// A message is larger than any may be.
    #[error("message of {size} bytes is larger than the limit of {limit}")]
    TooLarge {
        /// Its size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// Bytes that are no frame.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A frame that has no place there.
    #[error("{what} has no place here")]
    Misplaced {
        /// Which frame.
        what: &'static str,
    },
    /// A frame that breaks a rule of the protocol.
    #[error("the peer broke a rule: {rule}")]
    Rule {
        /// Which rule.
        rule: &'static str,
    },
    /// The server showed a key that is not pinned, or could not prove that it has it (S56).
    #[error("this is not the server of the enrolment: {detail}")]
    WrongServer {
        /// What did not fit.
        detail: String,
    },
    /// Both speak, but not the same version.
    #[error("no common version: the peer speaks {peer_min} to {peer_max}")]
    Version {
        /// Oldest of the peer.
        peer_min: u32,
        /// Newest of the peer.
        peer_max: u32,
    },
    /// The cryptographic library refused, for example a public key that is not one.
    #[error("the keys of this link could not be agreed")]
    KeyAgreement,
}

impl LinkError {
    /// Whether somebody may be listening or changing messages on the way, so that a person should
    /// hear of it.
    pub const fn is_suspicious(&self) -> bool {
        matches!(self, Self::Seal { .. } | Self::WrongServer { .. })
    }
}

/// Why something could not be sent. Nothing was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The link is not up.
    #[error("the link is not up")]
    NotUp,
    /// As much is queued as may be; poll messages and try again.
    #[error("the link is congested")]
    Congested,
    /// Larger than may travel.
    #[error("{size} bytes are more than may travel")]
    TooLarge {
        /// Its size.
        size: usize,
    },
    /// Not the message that [`Link::wanted`](crate::Link::wanted) asks for.
    #[error("message {seq} is not the one that is wanted")]
    NotWanted {
        /// Its number.
        seq: u64,
    },
    /// As many calls are open as may be.
    #[error("too many calls wait for their answer")]
    TooManyCalls,
    /// Nobody waits for an answer to this call.
    #[error("call {id} is not open")]
    NoSuchCall {
        /// The call.
        id: u64,
    },
    /// As many streams are open as may be.
    #[error("too many streams are open")]
    TooManyStreams,
    /// The stream was never opened, or has ended.
    #[error("stream {id} is not open")]
    NoSuchStream {
        /// The stream.
        id: u64,
    },
    /// It breaks a rule of the protocol; the peer would drop the link.
    #[error("not allowed on the link: {rule}")]
    Rule {
        /// Which rule.
        rule: &'static str,
    },
}

impl SendError {
    /// Whether the same thing may be sent later on this link.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Congested | Self::TooManyCalls | Self::TooManyStreams)
    }
}
