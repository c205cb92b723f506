//! Terminals and agents that outlive the daemon: the process that holds one, and the way to it.
//!
//! A holder is a small process for one terminal or one agent. It owns the pseudo-terminal, the last output,
//! the screen and the gate for keystrokes, or the pipes and what has come of them, so that a daemon
//! may come and go. They speak over a Unix socket, or on Windows a named pipe, that only the owner of
//! the machine can open.
//!
//! - [`protocol`]: what they say to each other
//! - [`place`]: where holders are found
//! - `local`: how they reach each other on this system
//! - in the holder: [`keeper`], `kept`, `redaction`, `connection`
//! - in the daemon: [`starting`], [`held`], [`sweeping`]
//! - [`agent`]: the same for an agent

mod connection;
mod kept;
mod local;
mod redaction;

pub mod agent;
pub mod held;
pub mod keeper;
pub mod place;
pub mod protocol;
pub mod starting;
pub mod sweeping;

pub use agent::{AgentEvent, AgentStanding, HeldAgent};
pub use held::{AttachError, Event, Held, Reading, Standing};
pub use keeper::{KeepError, keep};
pub use place::Place;
pub use starting::{AgentStarting, StartError, Starting, start, start_agent};
pub use sweeping::{end_holder, kill_holder};

#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(test)]
#[cfg(windows)]
mod windows_tests;
