//! The live switchboard: links, live sessions, their viewers.
//!
//! Nothing in here lasts. A link that is lost comes back with everything it needs from the two
//! durable ends, the database and the machine's journal; a viewer that is lost comes back with the
//! place it had reached.
//!
//! - [`reception`]: what a link needs of those who decide
//! - [`relay`]: the switchboard, as everybody else sees it
//! - `standings`: which machine can be reached, and since when not
//! - [`census`]: how much is live
//! - `serving`: one link, from its first message to its end
//! - `handle`: the way to a link for those who want something of its machine
//! - `acquaintance`: whether a machine knows a session
//! - [`terminals`]: the output of a terminal, for many viewers, and who types
//! - [`chats`]: the records of a chat, for many viewers

pub mod census;
pub mod chats;
pub mod reception;
pub mod relay;
pub mod terminals;

mod acquaintance;
mod handle;
mod serving;
mod standings;

pub use chats::{ChatEvent, ChatView};
pub use handle::CallFailure;
pub use link::{IdentityKey, InvalidKey, SecretSeed};
pub use reception::{JournalStanding, LinkId, LinkStart, Reception, ReceptionFailed};
pub use relay::{Config, Relay};
pub use terminals::{Attach, TerminalEvent, TerminalView};

#[cfg(test)]
mod tests;
