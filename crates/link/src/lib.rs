//! The state machine of the one connection between server and machine.
//!
//! Nothing here opens a socket, reads a clock or makes randomness: transport messages, [`Tick`]s
//! and an [`Rng`] are passed in, transport messages and events come out. A shell (in `daemon` and
//! in `relay`) moves them and keeps what must last.
//!
//! ```text
//! transport ─▶ handle_message ─▶ open ─▶ assemble ─▶ sort ─▶ poll_event ─▶ shell
//! transport ◀─ poll_message ◀─── seal ◀─ cut ◀────── queue ◀─ offer, call, reply, send ◀─ shell
//! ```
//!
//! - [`keys`]: what identifies a machine and a server
//! - [`handshake`]: who are you, step by step, and the keys that come of it
//! - `seal`: every later message, unreadable and unchangeable on its way
//! - `piece`, `queue`: long frames in pieces, urgent ones first
//! - `outbox`, `inbox`: commands down and reports up, by number, until acknowledged
//! - `calls`, `streams`, [`live`]: what is forgotten when the link is lost
//! - `liveness`: is anybody there
//! - `channel`: a link that is up; [`engine`]: a link from its first message to its end
//! - [`machine`], [`server`]: what only one side does
//! - [`event`], [`error`]: what the shell hears
//! - [`backoff`]: when to try again
//!
//! [`Tick`]: model::Tick
//! [`Rng`]: model::Rng

mod calls;
mod channel;
mod inbox;
mod liveness;
mod outbox;
mod piece;
mod queue;
mod seal;
mod side;
mod streams;

pub mod backoff;
pub mod engine;
pub mod error;
pub mod event;
pub mod handshake;
pub mod keys;
pub mod live;
pub mod machine;
pub mod server;

pub use backoff::Backoff;
pub use calls::{CALL_TIMEOUT, CallFailure};
pub use channel::Counters;
pub use engine::Link;
pub use error::{LinkError, SendError};
pub use event::{Down, Event};
pub use keys::{IdentityKey, InvalidKey, PublicKey, SecretSeed, ServerPins};
pub use live::{Downstream, Upstream};
pub use liveness::{PING_AFTER, PONG_WITHIN};
pub use machine::{MachineLink, MachineSettings, MachineStep};
pub use outbox::Wanted;
pub use queue::Class;
pub use server::{Identify, Proven, ServerLink, ServerStep};
pub use side::{MachineSide, Sequenced, ServerSide, Side};
