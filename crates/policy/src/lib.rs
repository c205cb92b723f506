//! Rules, as tables and functions: who may do what, and which tool call needs a person.
//!
//! - [`rights`]: actor × action → allowed, denied, or hidden
//! - [`tools`]: the twelve tools, and how an agent's tool call is recognised as one
//! - [`options`]: what people say about a session's policy
//! - [`preset`]: named starting points of a session's policy
//! - [`session`]: a session's policy, resolved, and its decision about one tool call

pub mod options;
pub mod preset;
pub mod rights;
pub mod session;
pub mod tools;

pub use options::{PolicyOptions, ToolList};
pub use preset::{Permissions, Preset};
pub use rights::{Action, Scope, Verdict};
pub use session::{AuthPolicy, Decision, NonInteractive, PolicyRequest, SessionPolicy};
pub use tools::{Tool, ToolUse};
