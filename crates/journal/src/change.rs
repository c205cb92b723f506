//! What can be written into the log.

use bytes::Bytes;
use model::{CommandId, SessionId, Timestamp};
use wire::Command;
use wire::report::Fact;

/// One change. Several in one [`Journal::commit`](crate::Journal::commit) are written all or not
/// at all.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A command came over the link: written before it is acknowledged. One that came before is
    /// passed over; a hole is refused.
    Accept(Command),
    /// The command is about to have an effect: written before it has. Refused the second time, so
    /// that nothing is executed twice.
    Begin(CommandId),
    /// The command has ended, begun or not; usually beside the report that says how.
    Finish(CommandId),
    /// The server is to know this.
    Report {
        /// Wall time on this machine.
        at: Timestamp,
        /// What happened.
        fact: Fact,
    },
    /// The server has every report up to here in its database; they are forgotten. Where that is
    /// above the last report made, reports have been lost here, and numbering goes on above it.
    Acknowledged {
        /// The highest number.
        up_to: u64,
    },
    /// What the daemon must know of a session to find it again; replaces what was there.
    PutSession {
        /// Which.
        session: SessionId,
        /// Bytes that only the daemon understands.
        spec: Bytes,
    },
    /// The session is over; its transcript stays until it is removed.
    RemoveSession(SessionId),
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The commands that were accepted for the first time, in order: these are to be executed.
    pub accepted: Vec<CommandId>,
    /// The highest number of a command in the journal, to be acknowledged.
    pub received_commands: u64,
    /// The highest number of a report.
    pub last_report: u64,
}
