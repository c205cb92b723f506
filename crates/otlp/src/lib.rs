//! Telemetry: model calls told to an OpenTelemetry collector, as traces and metrics.
//!
//! Off unless the operator names a collector. What is told follows the semantic conventions for
//! generative AI, as far as they are about numbers and names: prompts and answers are not even known
//! here.
//!
//! - [`settings`]: which collector, from `server.toml` and the standard variables
//! - [`calls`]: the queue between calls and the task, which never makes a call wait
//! - `telling`: the task: a span and some measurements for each call
//! - `conventions`: the names of attributes, as the conventions have them
//! - `client`: the way to the collector

pub mod calls;
pub mod settings;

mod client;
mod conventions;
mod telling;

pub use calls::{Calls, ModelCall, Operation, Parent};
pub use settings::{InvalidSettings, Settings};
pub use telling::{StartError, Telemetry};
