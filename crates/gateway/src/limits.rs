//! How much and how long.

use std::time::Duration;

/// What bounds one call (S93).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a call waits for its token to be renewed that has expired in a session which goes
    /// on.
    pub token_renewed_within: Duration,
    /// The largest body of a request, in bytes.
    pub request_bytes: u64,
    /// How long a request's body may take to arrive.
    pub request_within: Duration,
    /// How long a request's body may stand still while it arrives.
    pub request_idle: Duration,
    /// How long a connection to an upstream may take, its handshake included.
    pub connect_within: Duration,
    /// How long a call that a quota stops is held until somebody grants more; with zero it is
    /// refused at once.
    pub budget_within: Duration,
    /// How long somebody's no holds for all calls of a session that the same quota stops, before
    /// the session asks again.
    pub budget_declined_for: Duration,
    /// How long an upstream may think before its answer begins.
    pub answer_begins_within: Duration,
    /// How long an answer may stand still.
    pub answer_idle: Duration,
    /// How long an answer may take.
    pub answer_within: Duration,
    /// The largest answer, in bytes.
    pub answer_bytes: u64,
}

impl Default for Limits {
    /// What models were seen to need, with room to spare: a long thought before the first byte,
    /// minutes of silence between two events, an hour of stream.
    fn default() -> Self {
        Self {
            token_renewed_within: Duration::from_secs(20),
            request_bytes: 32 * 1024 * 1024,
            request_within: Duration::from_mins(5),
            request_idle: Duration::from_secs(20),
            connect_within: Duration::from_secs(10),
            // Node's own client waits five minutes for the head of an answer.
            budget_within: Duration::from_mins(4),
            budget_declined_for: Duration::from_secs(30),
            answer_begins_within: Duration::from_mins(10),
            answer_idle: Duration::from_mins(5),
            answer_within: Duration::from_hours(1),
            answer_bytes: 256 * 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P11: what models were seen to need: minutes before the first byte, minutes between two, and
    /// no end that a long answer would meet. A connection is given up much sooner.
    #[test]
    fn a_long_thought_and_a_long_answer_fit_in() {
        let limits = Limits::default();
        assert!(limits.answer_begins_within >= Duration::from_mins(10));
        assert!(limits.answer_idle >= Duration::from_mins(5));
        assert!(limits.answer_within >= Duration::from_hours(1));
        assert!(limits.connect_within <= Duration::from_secs(30));
    }
}
