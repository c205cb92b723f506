//! How long a connection may take for what.

use std::time::Duration;

/// How long a connection may take for what. Whoever takes longer is an attacker or a dead line,
/// and holds a place that somebody else could have (S118).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// A TLS handshake.
    pub handshake: Duration,
    /// The head of a request to arrive, and the next request to begin.
    pub head: Duration,
    /// The body of a request to arrive.
    pub body: Duration,
    /// The other side to take in anything worth mentioning of an answer.
    pub taking: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(20),
            body: Duration::from_secs(30),
            taking: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S118: nobody holds a place for longer than half a minute by being slow.
    #[test]
    fn half_a_minute_is_the_most() {
        let TimeLimits { handshake, head, body, taking } = TimeLimits::default();
        for limit in [handshake, head, body, taking] {
            assert!(limit <= Duration::from_secs(30), "{limit:?}");
        }
    }
}
