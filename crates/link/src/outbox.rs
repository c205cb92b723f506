//! The sending half of a reliable lane: which numbers are on their way.
//!
//! It holds no messages. Durable storage does, and the shell reads from there what
//! [`Outbox::wanted`] asks for; after a hole, from further back.

use wire::limits::{COMMAND_WINDOW, REPORT_WINDOW};

use crate::error::{LinkError, SendError};

/// Messages that may be on their way unacknowledged.
pub(crate) const WINDOW: u64 = COMMAND_WINDOW as u64;

/// Both lanes have the same window, so one constant does.
const _: () = assert!(COMMAND_WINDOW == REPORT_WINDOW);

/// The highest number there can be: what a database can store. Whoever claims more is not sane.
pub(crate) const MAX_SEQ: u64 = i64::MAX as u64;

/// What the link would like to send next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The number of the next message.
    pub from: u64,
    /// How many may follow each other from there.
    pub max_messages: usize,
}

/// Which numbers are on their way.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    /// The peer has everything up to here in its durable storage.
    acknowledged: u64,
    /// The number to be sent next; above `acknowledged`, and at most [`WINDOW`] above the next.
    next: u64,
    /// The highest number ever sent on this link.
    highest: u64,
}

/// What an acknowledgement changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The new mark, if it moved.
    pub(crate) acknowledged: Option<u64>,
    /// Whether the peer saw a hole, so that what waits to be sent is not what it needs.
    pub(crate) rewound: bool,
}

impl Outbox {
    /// Starts behind what the peer says it has.
    pub(crate) fn after(acknowledged: u64) -> Self {
        Self { acknowledged, next: acknowledged + 1, highest: acknowledged }
    }

    /// Up to where the peer has everything.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// What to send next; `None` while the window is full.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        let on_their_way = self.next - 1 - self.acknowledged;
        match WINDOW.saturating_sub(on_their_way) {
            0 => None,
            free => Some(Wanted { from: self.next, max_messages: usize::try_from(free).ok()? }),
        }
    }

    /// Notes that the message with this number is about to be sent.
    pub(crate) fn check(&self, seq: u64) -> Result<(), SendError> {
        match self.wanted() {
            Some(wanted) if wanted.from == seq => Ok(()),
            _ => Err(SendError::NotWanted { seq }),
        }
    }

    /// Notes that the wanted message was queued.
    pub(crate) fn sent(&mut self) {
        self.highest = self.highest.max(self.next);
        self.next += 1;
    }

    /// Takes an acknowledgement.
    pub(crate) fn acknowledge(&mut self, up_to: u64, hole: bool) -> Result<Progress, LinkError> {
        if up_to > self.highest {
            return Err(LinkError::Rule { rule: "only what was sent can be acknowledged" });
        }
        // An acknowledgement that is older than one that came before says nothing new.
        if up_to < self.acknowledged {
            return Ok(Progress { acknowledged: None, rewound: false });
        }
        let moved = up_to > self.acknowledged;
        self.acknowledged = up_to;
        let rewound = hole && self.next > up_to + 1;
        if rewound || self.next <= up_to {
            self.next = up_to + 1;
        }
        Ok(Progress { acknowledged: moved.then_some(up_to), rewound })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_up_to(last: u64) -> Outbox {
        let mut outbox = Outbox::after(10);
        while outbox.next <= last {
            outbox.check(outbox.next).unwrap();
            outbox.sent();
        }
        outbox
    }

    #[test]
    fn the_window_closes_and_opens() {
        let mut outbox = sent_up_to(10 + WINDOW);
        assert_eq!(outbox.wanted(), None);
        assert_eq!(outbox.check(11 + WINDOW), Err(SendError::NotWanted { seq: 11 + WINDOW }));
        outbox.acknowledge(13, false).unwrap();
        assert_eq!(outbox.wanted(), Some(Wanted { from: 11 + WINDOW, max_messages: 3 }));
    }

    #[test]
    fn a_hole_goes_back_to_it() {
        let mut outbox = sent_up_to(15);
        let progress = outbox.acknowledge(12, true).unwrap();
        assert_eq!(progress, Progress { acknowledged: Some(12), rewound: true });
        assert_eq!(outbox.wanted().unwrap().from, 13);
    }

    #[test]
    fn an_old_acknowledgement_changes_nothing() {
        let mut outbox = sent_up_to(15);
        outbox.acknowledge(14, false).unwrap();
        let progress = outbox.acknowledge(12, true).unwrap();
        assert_eq!(progress, Progress { acknowledged: None, rewound: false });
        assert_eq!(outbox.wanted().unwrap().from, 16);
    }

    #[test]
    fn what_was_received_before_the_hole_was_known_is_not_sent_again() {
        let mut outbox = sent_up_to(15);
        outbox.acknowledge(12, true).unwrap();
        outbox.acknowledge(14, false).unwrap();
        assert_eq!(outbox.wanted().unwrap().from, 15);
    }

    #[test]
    fn what_was_never_sent_cannot_be_acknowledged() {
        assert!(sent_up_to(15).acknowledge(16, false).is_err());
    }

    #[test]
    fn only_the_wanted_message_is_taken() {
        let outbox = sent_up_to(15);
        assert_eq!(outbox.check(15), Err(SendError::NotWanted { seq: 15 }));
        assert_eq!(outbox.check(17), Err(SendError::NotWanted { seq: 17 }));
        assert_eq!(outbox.check(16), Ok(()));
    }
}
