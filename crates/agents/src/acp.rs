//! Speaking with an agent over its pipes: JSON-RPC 2.0, one message per line, in both directions.
//!
//! What is said is `conversation`'s business; here are only lines. Agents are programs of others:
//! they write junk between messages, lines without end, and messages faster than anybody reads
//! them. None of that may cost more than a bounded amount of memory, and all of it is expected.
//!
//! - [`connection`]: the tasks that read and write, and what they are bounded by
//! - [`incoming`]: what the agent says, as it says it
//! - [`peer`]: asking the agent something on the side, and waiting for the answer
//! - `lines`: bytes to lines
//! - [`complaint`]: the last lines of what it writes to its standard error

pub mod complaint;
pub mod connection;
pub mod incoming;
mod lines;
pub mod peer;

pub use connection::{Connection, Limits, connect};
pub use incoming::{Ended, Incoming, Message};
pub use peer::{CallError, Peer};

#[cfg(test)]
mod tests;
