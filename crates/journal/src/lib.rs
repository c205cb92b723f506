//! The daemon's durable log: accepted commands, reports, sessions and transcripts.
//!
//! What an async function here has answered is on disk and survives a power cut; transcripts are
//! the exception that says so. One thread writes, with one flush for everything that has queued
//! up; readers read beside it. A flush that fails stops the writer for good (R14).
//!
//! ```text
//! Journal ─▶ queue ─▶ writer thread ─▶ state: may it be? ─▶ log ─▶ flush ─▶ answer
//!                                   └▶ transcripts ─▶ answer ─ … ─▶ flush
//! ```
//!
//! - [`journal`]: the handle that the rest of the daemon holds, and what it answers
//! - [`change`]: what can be written into the log
//! - `opening`: everything that is found when a journal is opened
//! - `writer`: the thread, its queue, the group commit
//! - `state`: which commands are open, which reports unacknowledged, which sessions there are
//! - `compaction`: the log without what is dead
//! - [`transcript`], `transcripts`: one file per session, read by position
//! - `entry`, `record`: what the frames of each file hold
//! - `append`: a file that only grows; `frame`, `recover`: length, checksum, and what a torn end
//!   looks like
//! - `disk`: the few things that are asked of the operating system
//! - [`error`], [`limits`]: what can go wrong, and how large things may be

pub mod change;
pub mod error;
pub mod journal;
pub mod limits;
pub mod transcript;

mod append;
mod compaction;
mod disk;
mod entry;
mod frame;
mod opening;
mod record;
mod recover;
mod state;
mod transcripts;
mod writer;

pub use change::{Change, Committed};
pub use error::{Corruption, FullOf, JournalError, OpenError, Refused};
pub use journal::{Journal, Writer};
pub use limits::Limits;
pub use opening::{Cut, Opened, Recovered, open};
pub use transcript::{NewRecord, Page, Room};

#[cfg(test)]
mod tests;
