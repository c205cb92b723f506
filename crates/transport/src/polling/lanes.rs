//! Which messages are on their way, and which of those that come are new.

use std::collections::VecDeque;

use bytes::Bytes;
use wire::limits::MAX_POLL_MESSAGES;

/// How many bytes of messages may wait to be received by the other side. What is urgent and comes
/// later has to wait behind them, so it is little; one body carries all of them.
const WINDOW_BYTES: usize = 256 * 1024;

/// A number that does not fit what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("number {number} where at most {most} is possible")]
pub struct WrongNumber {
    /// The number.
    pub number: u64,
    /// The highest that would have been possible.
    pub most: u64,
}

/// Messages that the other side may not have yet, by number.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    messages: VecDeque<Bytes>,
    bytes: usize,
    /// The other side has everything up to here.
    received: u64,
    /// The highest number that was put into a body.
    given: u64,
}

/// Messages for one body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Batch {
    /// The number of the first.
    pub(super) first: u64,
    pub(super) messages: Vec<Bytes>,
}

impl Outgoing {
    /// Whether another one may be added. One may go past the limit, so that any fits into nothing.
    pub(super) fn has_room(&self) -> bool {
        self.bytes < WINDOW_BYTES && self.messages.len() < MAX_POLL_MESSAGES
    }

    pub(super) fn push(&mut self, message: Bytes) {
        self.bytes += message.len();
        self.messages.push_back(message);
    }

    /// Forgets what the other side has. One that has said more before says nothing new.
    pub(super) fn acknowledge(&mut self, up_to: u64) -> Result<(), WrongNumber> {
        let most = self.received + self.messages.len() as u64;
        if up_to > most {
            return Err(WrongNumber { number: up_to, most });
        }
        while self.received < up_to
            && let Some(message) = self.messages.pop_front()
        {
            self.bytes -= message.len();
            self.received += 1;
        }
        self.given = self.given.max(self.received);
        Ok(())
    }

    /// Everything that the other side may not have.
    pub(super) fn batch(&mut self) -> Option<Batch> {
        if self.messages.is_empty() {
            return None;
        }
        self.given = self.received + self.messages.len() as u64;
        let messages = self.messages.iter().cloned().collect();
        let batch = Batch { first: self.received + 1, messages };
        if cfg!(feature = "mutant-what-was-given-is-received") {
            self.received = self.given;
            self.messages.clear();
            self.bytes = 0;
        }
        Some(batch)
    }

    /// Whether the other side has everything.
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Whether everything was put into a body at least once.
    pub(super) fn is_given(&self) -> bool {
        self.given >= self.received + self.messages.len() as u64
    }
}

/// Up to where messages have come.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// Everything up to here has been taken.
    pub(super) received: u64,
}

impl Incoming {
    /// Those of a body that are new. Each that is taken is to be counted in `received`.
    pub(super) fn fresh(&self, batch: Batch) -> Result<Vec<Bytes>, WrongNumber> {
        let next = self.received + 1;
        if batch.messages.is_empty() {
            return Ok(Vec::new());
        }
        if batch.first > next || batch.first == 0 {
            return Err(WrongNumber { number: batch.first, most: next });
        }
        let known = usize::try_from(next - batch.first).unwrap_or(usize::MAX);
        Ok(batch.messages.into_iter().skip(known).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(messages: &[&'static str]) -> Outgoing {
        let mut outgoing = Outgoing::default();
        for message in messages {
            outgoing.push(Bytes::from_static(message.as_bytes()));
        }
        outgoing
    }

    fn batch(first: u64, messages: &[&'static str]) -> Batch {
        Batch { first, messages: messages.iter().map(|message| Bytes::from(*message)).collect() }
    }

    #[test]
    fn what_was_not_received_is_given_again() {
        let mut outgoing = outgoing(&["one", "two"]);
        assert!(!outgoing.is_given());
        assert_eq!(outgoing.batch(), Some(batch(1, &["one", "two"])));
        assert!(outgoing.is_given());
        outgoing.acknowledge(1).unwrap();
        outgoing.push("three".into());
        assert!(!outgoing.is_given());
        assert_eq!(outgoing.batch(), Some(batch(2, &["two", "three"])));
        outgoing.acknowledge(3).unwrap();
        outgoing.acknowledge(1).unwrap();
        assert_eq!(outgoing.batch(), None);
        assert!(outgoing.is_empty());
    }

    #[test]
    fn nobody_can_have_what_was_never_sent() {
        let mut outgoing = outgoing(&["one"]);
        assert_eq!(outgoing.acknowledge(2), Err(WrongNumber { number: 2, most: 1 }));
        assert_eq!(outgoing.acknowledge(u64::MAX), Err(WrongNumber { number: u64::MAX, most: 1 }));
        assert_eq!(outgoing.batch(), Some(batch(1, &["one"])), "nothing is lost by that");
    }

    #[test]
    fn what_comes_again_is_not_new_and_a_hole_is_refused() {
        let mut incoming = Incoming::default();
        assert_eq!(incoming.fresh(batch(1, &["one", "two"])).unwrap(), ["one", "two"]);
        incoming.received = 2;
        assert_eq!(incoming.fresh(batch(1, &["one", "two"])).unwrap(), Vec::<Bytes>::new());
        assert_eq!(incoming.fresh(batch(2, &["two", "three"])).unwrap(), ["three"]);
        assert_eq!(incoming.fresh(batch(4, &["four"])), Err(WrongNumber { number: 4, most: 3 }));
        assert!(incoming.fresh(batch(0, &["zero"])).is_err(), "numbers begin at one");
        assert!(incoming.fresh(Batch::default()).unwrap().is_empty());
    }

    #[test]
    fn the_window_is_bounded() {
        let mut outgoing = Outgoing::default();
        let message = Bytes::from(vec![0; 60_000]);
        let mut pushed = 0;
        while outgoing.has_room() {
            outgoing.push(message.clone());
            pushed += message.len();
        }
        assert!(pushed < WINDOW_BYTES + message.len());
        let mut small = Outgoing::default();
        while small.has_room() {
            small.push(Bytes::new());
        }
        assert_eq!(small.batch().unwrap().messages.len(), MAX_POLL_MESSAGES);
    }
}
