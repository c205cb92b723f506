//! Why a link goes by long-poll, and when to try a WebSocket again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When a WebSocket is tried for the first time after one could not be had; each further wait is
/// twice as long.
const FIRST_TRY_AFTER: Duration = Duration::from_secs(10);

/// The longest wait until a WebSocket is tried again.
const TRY_AT_LEAST_EVERY: Duration = Duration::from_mins(10);

/// What became of the WebSocket that a link would rather have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "websocket", rename_all = "snake_case")]
pub enum Detour {
    /// It was answered with something else.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// It was opened, or not even answered, and nothing came.
    Silent,
    /// It was cut before the server was heard.
    Cut,
}

impl std::fmt::Display for Detour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answered { status } => write!(f, "a WebSocket is answered with {status}"),
            Self::Silent => f.write_str("a WebSocket stays silent"),
            Self::Cut => f.write_str("a WebSocket is cut at once"),
        }
    }
}

/// What is known of WebSockets to the server.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Why the last one did not work.
    detour: Option<Detour>,
    /// How often one was tried in vain while the link went by long-poll.
    tries: u32,
}

impl Memory {
    /// Why the last one did not work; `None` where it did, or none was tried.
    pub(super) fn detour(&self) -> Option<Detour> {
        self.with(|known| known.detour)
    }

    /// One did not work.
    pub(super) fn blocked(&self, detour: Detour) {
        self.with(|known| known.detour = Some(detour));
    }

    /// The server was heard on one.
    pub(super) fn let_through(&self) {
        self.with(|known| *known = Known::default());
    }

    /// How long to wait until one is tried beside a link that goes by long-poll.
    pub(super) fn next_try_after(&self) -> Duration {
        self.with(|known| {
            let wait = FIRST_TRY_AFTER.saturating_mul(1 << known.tries.min(10));
            known.tries += 1;
            wait.min(TRY_AT_LEAST_EVERY)
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        // Nothing that holds the lock can panic half-way through a change.
        look(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R34: a WebSocket is tried now and then, and never given up.
    #[test]
    fn tries_get_rarer_and_begin_anew() {
        let memory = Memory::default();
        let waits: Vec<_> = (0..9).map(|_| memory.next_try_after().as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
        memory.blocked(Detour::Cut);
        assert_eq!(memory.detour(), Some(Detour::Cut));
        memory.let_through();
        assert_eq!(memory.detour(), None);
        assert_eq!(memory.next_try_after(), FIRST_TRY_AFTER);
    }
}
