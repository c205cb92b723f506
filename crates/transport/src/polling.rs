//! A connection made of requests and answers, for networks that let nothing else through.
//!
//! The machine has two requests under way at most: one that the server keeps back until it has
//! something to say, and, when there is something to tell, one that is answered at once. Messages
//! are numbered, and each side keeps its own until the other has them; so any request and any
//! answer may be lost, cut off, or come twice.
//!
//! ```text
//! machine                                        server
//!   Caller: sending   ── messages up ──────────▶  Desk: take in ─▶ Polled ─▶ relay
//!           listening ── I have up to N ───────▶        hold
//!                     ◀─ messages after N ──────              ◀── Polled ◀── relay
//! ```
//!
//! - `lanes`: which messages are on their way, and which are new
//! - [`caller`]: the machine's end
//! - [`desk`]: the server's end, of many machines

pub mod caller;
pub mod desk;

mod lanes;

pub use caller::{Called, Exchange, ExchangeError, Pace};
pub use desk::{Desk, DeskFull, PollId, PollRefused, Polled};

#[cfg(test)]
mod tests;
