//! Orders from the server to a machine.

use crate::{InvalidTransition, words};

words! {
    /// Where a command stands: accepted exactly once, executed at most once, reported at least once.
    pub enum CommandState as "command state" {
        /// Stored on the server, not yet in the machine's journal.
        Queued = "queued",
        /// In the machine's journal.
        Accepted = "accepted",
        /// Executed.
        Done = "done",
        /// Refused or failed; the reason is known.
        Failed = "failed",
        /// Its time ran out before the machine accepted it; it had no effect.
        Expired = "expired",
        /// The machine lost track of it after accepting it; it may have had effects.
        Unknown = "unknown",
    }
}

impl CommandState {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Expired | Self::Unknown)
    }

    /// Moves forward; an accepted command cannot expire.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        let allowed = match self {
            Self::Queued => next != Self::Queued,
            Self::Accepted => matches!(next, Self::Done | Self::Failed | Self::Unknown),
            Self::Done | Self::Failed | Self::Expired | Self::Unknown => false,
        };
        if allowed || next == self {
            return Ok(next);
        }
        Err(InvalidTransition { what: "command", from: self.as_str(), to: next.as_str() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_command_cannot_expire() {
        assert!(CommandState::Queued.become_state(CommandState::Expired).is_ok());
        assert!(CommandState::Accepted.become_state(CommandState::Expired).is_err());
        assert!(CommandState::Expired.become_state(CommandState::Accepted).is_err());
    }
}
