//! Programs on pseudo-terminals.
//!
//! A program is started on a terminal of its own, with nothing inherited: on Unix as the leader of a
//! session, whose controlling terminal it is; on Windows on a pseudo-console (`ConPTY`), in the job of
//! its session. One task owns a [`Pty`]: it asks for the next event, pushes input and sets the size.
//! On Unix no thread and no task is started for it; on Windows one thread is, which waits for the
//! program's end and then closes the pseudo-console, a call that itself waits.
//!
//! - [`size`], [`exit`]: the words
//! - `unix`, `windows`: starting a program on what the system has for a terminal
//! - [`pty`]: what comes from it
//!   - [`burst`]: output, as much at once as there is
//!   - [`input`]: input that waits for the program to take it
//!
//! What a program writes on Windows comes through a terminal that the system keeps: it is what makes
//! the same screen, not byte for byte what was written. Input is taken by that terminal at once,
//! whether the program reads it or not.

pub mod burst;
pub mod exit;
pub mod input;
pub mod pty;
pub mod size;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use exit::Exit;
pub use input::InputError;
pub use pty::{Event, Pty, Reading};
pub use size::Size;
pub use system::{Tree, spawn};
