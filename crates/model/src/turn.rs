//! One prompt and all that follows until the stop reason.

use crate::{InvalidTransition, SessionId, Timestamp, TurnId, UserId, words};

/// Turns of a chat that may wait for the one that runs. One more is refused.
pub const MAX_WAITING_TURNS: usize = 32;

words! {
    /// Where a turn stands. At every moment a turn is in exactly one of these.
    pub enum TurnState as "turn state" {
        /// Stored on the server, on its way to the machine.
        Sent = "sent",
        /// In the machine's journal, waiting for the agent.
        OnMachine = "on_machine",
        /// The agent works on it.
        Running = "running",
        /// The agent gave a stop reason.
        Done = "done",
        /// Somebody cancelled it.
        Cancelled = "cancelled",
        /// It ended with an error that is known.
        Failed = "failed",
        /// The machine lost track of it; it may have had effects and is never run again by itself.
        Unknown = "unknown",
    }
}

impl TurnState {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed | Self::Unknown)
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Sent => 0,
            Self::OnMachine => 1,
            Self::Running => 2,
            Self::Done | Self::Cancelled | Self::Failed | Self::Unknown => 3,
        }
    }

    /// Moves forward; steps may be skipped, never taken back.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        if next.rank() > self.rank() || next == self {
            return Ok(next);
        }
        Err(InvalidTransition { what: "turn", from: self.as_str(), to: next.as_str() })
    }
}

words! {
    /// What happens to a prompt that arrives while a turn runs.
    pub enum WhenBusy as "busy rule" {
        /// It waits its turn.
        Queue = "queue",
        /// The running turn is cancelled and this one goes first.
        Steer = "steer",
    }
}

/// One prompt's fate, as the server stores it: never its text once the machine has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Identifier.
    pub id: TurnId,
    /// The session it belongs to.
    pub session: SessionId,
    /// Who prompted.
    pub author: UserId,
    /// Where it stands.
    pub state: TurnState,
    /// Why it ended, for programs: the agent's stop reason, or a word of the machine's.
    pub stop_reason: Option<String>,
    /// The agent's stop reason, or the error, for people.
    pub outcome: Option<String>,
    /// When it was accepted by the server.
    pub created_at: Timestamp,
    /// When it reached a final state.
    pub finished_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_only_move_forward() {
        assert!(TurnState::Sent.become_state(TurnState::Done).is_ok());
        assert!(TurnState::Running.become_state(TurnState::OnMachine).is_err());
        for end in TurnState::ALL.iter().filter(|state| state.is_final()) {
            for next in TurnState::ALL {
                assert_eq!(end.become_state(*next).is_ok(), next == end, "{end} to {next}");
            }
        }
    }
}
