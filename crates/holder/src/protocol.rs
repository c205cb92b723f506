//! What a daemon and a holder say to each other.
//!
//! Each message is a frame: its length (four bytes, without themselves), its kind (one byte), its
//! fields. Numbers are little-endian; bytes that are not the last field have their length before
//! them.
//!
//! 1. The first daemon says `Start`, a later one `Attach`, each with the newest version it knows.
//! 2. The holder answers `Welcome` with the version that holds from then on, or `NotStarted`.
//!    `Screen` follows until all of it is there, then the `Output` that is kept.
//! 3. Both go on until the daemon leaves, is displaced, or says `Forget`.
//!
//! About an agent it is the same with `StartAgent`, `AttachAgent` and `AgentWelcome`; what follows is
//! the output that no daemon has dealt with.
//!
//! - [`request`]: what a daemon says
//! - [`notice`]: what a holder says
//! - [`frames`]: messages cut out of a stream of bytes
//! - `codec`: fields

pub mod frames;
pub mod notice;
pub mod request;

mod codec;

pub use codec::Malformed;
pub use frames::Frames;
pub use notice::{AgentWelcome, Notice, Welcome};
pub use request::{Request, Start, StartAgent, Step};

/// The newest version that is known here.
pub const VERSION: u16 = 1;

/// The longest frame, in bytes. Only what an agent is told and its state come near it.
pub const MAX_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// The most that is handed on from one daemon to the next about an agent, in bytes.
pub const MAX_STATE_BYTES: usize = 16 * 1024 * 1024;

/// How much is kept of what an agent writes to its standard error, in bytes.
pub const MAX_COMPLAINT_BYTES: usize = 4 * 1024;

/// The most output in one frame, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 64 * 1024;

/// How much output a holder may send ahead of what was consumed, in bytes. A daemon grants more
/// when half of it is used up.
pub const WINDOW_BYTES: u64 = 256 * 1024;

#[cfg(test)]
mod tests;
