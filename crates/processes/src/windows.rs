//! Windows: job objects, command lines and threads.
//!
//! - [`job`]: everybody of a session
//! - [`command`]: what the system is told to start, with arguments that stay what they are
//! - [`block`]: the environment as the system takes it
//! - `threads`: letting processes begin, stand still and go on
//! - `console`: asking to end
//! - `sys`: the calls to the system

pub mod block;
pub mod command;
pub(crate) mod console;
pub mod job;
mod shim;
mod sys;
pub(crate) mod threads;

use crate::Marker;

pub use block::environment_block;
pub use command::{CommandLine, plain};
pub use job::Job;

/// Lets everybody of a session go on, whoever has suspended it.
pub fn let_go_on(marker: &Marker) {
    if let Some(job) = Job::of(marker) {
        threads::let_go_on(&job.members());
    }
}
