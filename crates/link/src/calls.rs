//! Questions with one answer, both ways. Each has a deadline; a lost link fails them all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::Tick;
use wire::limits::CALL_WINDOW;

use crate::error::{LinkError, SendError};

/// How long a call waits for its answer unless the caller says otherwise.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// Why a call will not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFailure {
    /// Its deadline passed.
    TimedOut,
    /// The link ended.
    LinkLost,
    /// The peer answered with something this side does not know.
    UnknownAnswer,
}

/// The calls that are open, both ways.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    last_id: u64,
    /// Ours, with their deadlines; at most [`CALL_WINDOW`].
    asked: BTreeMap<u64, Tick>,
    /// The peer's; at most [`CALL_WINDOW`].
    to_answer: BTreeSet<u64>,
}

/// What to do with a call of the peer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Hand it to the shell.
    Open,
    /// Too many are open: answer at once that it is too busy.
    TooMany,
}

impl Calls {
    /// The number for a call of ours, which is open from then on.
    pub(crate) fn ask(&mut self, deadline: Tick) -> Result<u64, SendError> {
        if self.asked.len() >= CALL_WINDOW {
            return Err(SendError::TooManyCalls);
        }
        self.last_id += 1;
        self.asked.insert(self.last_id, deadline);
        Ok(self.last_id)
    }

    /// Closes a call of ours; whether it was open.
    pub(crate) fn answered(&mut self, id: u64) -> bool {
        self.asked.remove(&id).is_some()
    }

    /// Takes a call of the peer.
    pub(crate) fn admit(&mut self, id: u64) -> Result<Admission, LinkError> {
        if self.to_answer.contains(&id) {
            return Err(LinkError::Rule { rule: "the numbers of open calls differ" });
        }
        if self.to_answer.len() >= CALL_WINDOW {
            return Ok(Admission::TooMany);
        }
        self.to_answer.insert(id);
        Ok(Admission::Open)
    }

    /// Whether the peer waits for this answer.
    pub(crate) fn awaits(&self, id: u64) -> Result<(), SendError> {
        if !self.to_answer.contains(&id) {
            return Err(SendError::NoSuchCall { id });
        }
        Ok(())
    }

    /// Closes a call of the peer.
    pub(crate) fn answer(&mut self, id: u64) {
        self.to_answer.remove(&id);
    }

    /// When the next call of ours is due.
    pub(crate) fn deadline(&self) -> Option<Tick> {
        self.asked.values().min().copied()
    }

    /// Closes the calls of ours whose deadline has passed.
    pub(crate) fn take_overdue(&mut self, now: Tick) -> Vec<u64> {
        self.asked.extract_if(.., |_, deadline| *deadline <= now).map(|(id, _)| id).collect()
    }

    /// Closes all calls of ours.
    pub(crate) fn take_all(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.asked).into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Tick {
        Tick::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_call_ends_once_by_answer_or_by_deadline() {
        let mut calls = Calls::default();
        let (first, second) = (calls.ask(at(5)).unwrap(), calls.ask(at(9)).unwrap());
        assert_eq!(calls.deadline(), Some(at(5)));
        assert!(calls.answered(first));
        assert!(!calls.answered(first));
        assert!(calls.take_overdue(at(8)).is_empty());
        assert_eq!(calls.take_overdue(at(9)), [second]);
        assert!(!calls.answered(second), "an answer after the deadline is late");
        assert_eq!(calls.deadline(), None);
    }

    #[test]
    fn calls_are_bounded_both_ways() {
        let mut calls = Calls::default();
        for id in 1..=CALL_WINDOW as u64 {
            calls.ask(at(1)).unwrap();
            assert_eq!(calls.admit(id), Ok(Admission::Open));
        }
        assert_eq!(calls.ask(at(1)), Err(SendError::TooManyCalls));
        assert_eq!(calls.admit(1_000), Ok(Admission::TooMany));
        calls.answer(1);
        assert_eq!(calls.admit(1_000), Ok(Admission::Open));
    }

    #[test]
    fn a_number_is_not_used_for_two_open_calls() {
        let mut calls = Calls::default();
        calls.admit(3).unwrap();
        assert!(calls.admit(3).is_err());
        calls.answer(3);
        assert_eq!(calls.admit(3), Ok(Admission::Open));
        assert_eq!(calls.awaits(4), Err(SendError::NoSuchCall { id: 4 }));
    }

    #[test]
    fn a_lost_link_fails_every_open_call() {
        let mut calls = Calls::default();
        let ids = [calls.ask(at(1)).unwrap(), calls.ask(at(2)).unwrap()];
        assert_eq!(calls.take_all(), ids);
        assert!(calls.take_all().is_empty());
    }
}
