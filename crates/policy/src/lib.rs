//! Rules, as tables and functions: who may do what, and which tool call needs a person.
//!
//! - [`rights`]: actor × action → allowed, denied, or hidden
//! - [`accounts`]: whose account somebody may make or change
//! - [`assignments`]: what a grant on a machine comes to, and who takes it back
//! - [`tools`]: the twelve tools, and how an agent's tool call is recognised as one
//! - [`options`]: what people say about a session's policy
//! - [`preset`]: named starting points of a session's policy
//! - [`mod@resolve`]: from what was asked for to what holds, and why
//! - [`commands`], [`rules`]: what people have answered once and for all
//! - [`session`]: a session's policy, resolved, and its decision about one tool call
//! - [`explain`]: a policy, told to people
//! - [`quota`]: what a quota allows

pub mod accounts;
pub mod assignments;
pub mod commands;
pub mod explain;
pub mod options;
pub mod preset;
pub mod quota;
pub mod resolve;
pub mod rights;
pub mod rules;
pub mod session;
pub mod tools;

pub use options::{PolicyOptions, ToolList};
pub use preset::{Permissions, Preset, PresetName};
pub use resolve::{Door, NamedPreset, Origin, Origins, PolicyError, Resolved, Warning, resolve};
pub use rights::{Action, Scope, Verdict};
pub use rules::{
    Rule, RuleCall, RuleEffect, RuleMatch, RuleOffer, RuleReach, RuleTool, RuleWithin,
};
pub use session::{AuthPolicy, Decision, NonInteractive, Ruling, SessionPolicy};
pub use tools::{Tool, ToolUse};
