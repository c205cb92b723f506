//! The error of every state machine.

/// A state was asked to become one that does not follow from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {what} that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// The kind of thing, for example `turn`.
    pub what: &'static str,
    /// The state it is in.
    pub from: &'static str,
    /// The state it was asked to become.
    pub to: &'static str,
}
