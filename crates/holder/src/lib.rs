//! Terminals that outlive the daemon: the process that holds one, and the way to it.
//!
//! A holder is a small process for one terminal. It owns the pseudo-terminal, the last output, the
//! screen and the gate for keystrokes, so that a daemon may come and go. They speak over a Unix
//! socket that only the owner of the machine can open.
//!
//! - [`protocol`]: what they say to each other
//! - [`place`]: where the sockets are
//! - in the holder: [`keeper`], `kept`, `connection`
//! - in the daemon: [`starting`], [`held`], [`sweeping`]

mod connection;
mod kept;

pub mod held;
pub mod keeper;
pub mod place;
pub mod protocol;
pub mod starting;
pub mod sweeping;

pub use held::{AttachError, Event, Held, Reading, Standing};
pub use keeper::{KeepError, keep};
pub use place::Place;
pub use starting::{StartError, Starting, start};
pub use sweeping::{end_holder, kill_holder};

#[cfg(test)]
mod tests;
