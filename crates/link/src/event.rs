//! What the shell hears.

use std::time::Duration;

use wire::call::{Answer, Question};
use wire::handshake::RefusalCode;

use crate::CallFailure;
use crate::error::LinkError;
use crate::side::Side;

/// Something that the shell must know. Every event is to be polled before the next message or
/// timeout is handed in; so no more than those of one message wait.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<S: Side> {
    /// A step that only this side takes.
    Step(S::Step),
    /// The next command (on the machine) or report (on the server). Make it durable, then say
    /// [`Link::persisted`](crate::Link::persisted).
    Received(S::Received),
    /// The peer has everything up to here in its durable storage. Comes once when the link is up,
    /// with what the peer had before, and then whenever it has more.
    Acknowledged {
        /// The highest number.
        up_to: u64,
    },
    /// Something of the moment; already checked against the limits.
    Live(S::LiveIn),
    /// The peer asks. Answer with [`Link::reply`](crate::Link::reply).
    Called {
        /// For the reply.
        id: u64,
        /// What it asks.
        question: Question,
    },
    /// The answer to a call of ours.
    Replied {
        /// From [`Link::call`](crate::Link::call).
        id: u64,
        /// The answer, which may be an error.
        answer: Answer,
    },
    /// A call of ours will not be answered any more.
    CallFailed {
        /// From [`Link::call`](crate::Link::call).
        id: u64,
        /// Why.
        reason: CallFailure,
    },
    /// The link has ended, this is the last event. Send what
    /// [`Link::poll_message`](crate::Link::poll_message) still gives, then close the transport.
    Down(Down),
}

/// How a link ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Down {
    /// This side closed it.
    Closed,
    /// The peer said goodbye.
    Goodbye {
        /// Why; hostile text until shown as text.
        reason: String,
    },
    /// The server refused it, or this side did, being the server.
    Refused(Refused),
    /// Nothing was heard for too long.
    Silent,
    /// The transport ended without a goodbye.
    Lost,
    /// The peer, or somebody on the way, broke the protocol.
    Broken(LinkError),
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub code: RefusalCode,
    /// The same for people; hostile text until shown as text.
    pub message: String,
    /// Earliest time for another attempt, from now; zero leaves it to the machine.
    pub retry_after: Duration,
    /// Who said so.
    pub word: Word,
}

/// How much a refusal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It came sealed, so it is the server's own.
    Sealed,
    /// It came before there were keys; anybody on the way can say it.
    Anybodys,
}
