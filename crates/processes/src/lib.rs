//! Child processes: a clean environment, a mark on the whole tree, and an end for all of it.
//!
//! Agents and shells start servers, watchers and background jobs that leave their process group.
//! The end of a session is the end of all of them. On Unix every process of a session carries a
//! mark in its environment, and whoever has the mark, is in the leader's group or session, or
//! descends from one of those belongs to it. On Windows every process of a session is in a job
//! object that bears the mark as its name, from which nothing that is started gets out.
//!
//! - [`environment`]: what a child may inherit
//! - [`program`]: what to start
//! - [`marker`]: how a session's processes are recognised
//! - [`piped`]: a child on three pipes
//! - [`containment`]: programs that the kernel lets write in one directory only
//! - `signals` (Unix): what children must not ignore
//! - [`tree`]: who belongs to a session, and ending them
//! - [`pause`]: letting nothing of a session run, and letting it go on
//! - `windows`: job objects, command lines and threads

pub mod containment;
pub mod environment;
pub mod marker;
pub mod pause;
pub mod piped;
pub mod program;
#[cfg(unix)]
pub mod signals;
pub mod tree;
#[cfg(windows)]
pub mod windows;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod unix;

pub use containment::{Containment, Strength};
pub use environment::inherited_environment;
pub use marker::Marker;
pub use pause::{NotPaused, Paused, pause_tree};
pub use piped::{PipedChild, spawn_piped};
pub use program::{Program, SpawnError};
pub use tree::{Grace, end_tree, gone_within, survivors};
