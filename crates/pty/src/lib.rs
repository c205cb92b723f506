//! Programs on pseudo-terminals.
//!
//! A program is started as the leader of a session of its own, with the terminal as its
//! controlling terminal and nothing inherited. One task owns a [`Pty`]: it asks for the next event,
//! pushes input and sets the size; no thread and no task is started for it.
//!
//! - [`size`], [`exit`]: the words
//! - `unix`: starting a program, and what comes from it
//!   - [`burst`]: output, as much at once as there is
//!   - [`input`]: input that waits for the program to take it
//!
//! Windows gets a `windows` module beside `unix` with the same [`Pty`]; nothing outside of these
//! modules knows on which system it is.

#[cfg(unix)]
pub mod burst;
pub mod exit;
pub mod input;
pub mod size;
#[cfg(unix)]
mod unix;

pub use exit::Exit;
pub use input::InputError;
pub use size::Size;
#[cfg(unix)]
pub use unix::{Event, Pty, Reading, Tree, spawn};
