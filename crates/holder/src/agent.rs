//! An agent that outlives the daemon.
//!
//! What an agent writes is a stream of bytes with offsets, as is the output of a terminal, but none
//! of it is ever dropped: an agent that is far ahead has to wait. What a daemon makes of it are
//! steps. A step says up to where the output is dealt with, what the agent is told in return, and
//! what the next daemon must know to go on from there; it counts whole or not at all. So whatever a
//! daemon was doing when it was killed, the next one begins with the output behind the last step,
//! and the agent is told everything once.
//!
//! A daemon takes a step before it writes down what belongs to it, and the agent hears its part of it
//! when that is done. A daemon that comes in between finds a step that was not kept, and sees in its
//! journal what of it is missing there.
//!
//! - in the holder: `keeper`, `kept`, `telling`
//! - in the daemon: [`held`]

mod kept;
mod telling;

pub mod held;
pub(crate) mod keeper;

pub use held::{AgentEvent, AgentStanding, HeldAgent, HolderGone};

#[cfg(test)]
#[cfg(unix)]
mod tests;
