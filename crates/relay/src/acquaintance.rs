//! Whether a machine knows a session. Somebody may watch a new session before the order that
//! starts it has reached the machine; that the machine does not know it then is not its end.

use std::time::Duration;

use model::Tick;

/// For how long a session that its machine does not know is taken for a new one.
const NEW_FOR: Duration = Duration::from_secs(10);

/// Whether the machine knows the session.
#[derive(Debug, Default)]
pub(crate) struct Acquaintance {
    /// Since when the machine says that it does not.
    unknown_since: Option<Tick>,
}

/// What it means that a machine does not know a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// It may hear of it soon: the stream is asked for again.
    Yet,
    /// It knows it no more.
    AnyMore,
}

impl Acquaintance {
    /// The machine says that it does not know the session.
    pub(crate) fn unknown(&mut self, now: Tick) -> Unknown {
        let since = *self.unknown_since.get_or_insert(now);
        if now.since(since) < NEW_FOR { Unknown::Yet } else { Unknown::AnyMore }
    }

    /// The machine sends something of the session.
    pub(crate) fn known(&mut self) {
        self.unknown_since = None;
    }

    /// Whether the stream is to be asked for again.
    pub(crate) const fn is_to_be_made(&self) -> bool {
        self.unknown_since.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_new_for_a_while() {
        let mut acquaintance = Acquaintance::default();
        assert!(!acquaintance.is_to_be_made());
        let at = Tick::from_millis;
        assert_eq!(acquaintance.unknown(at(5_000)), Unknown::Yet);
        assert!(acquaintance.is_to_be_made());
        assert_eq!(acquaintance.unknown(at(14_999)), Unknown::Yet);
        assert_eq!(acquaintance.unknown(at(15_000)), Unknown::AnyMore);
        acquaintance.known();
        assert_eq!(acquaintance.unknown(at(60_000)), Unknown::Yet);
    }
}
