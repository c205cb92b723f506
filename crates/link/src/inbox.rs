//! The receiving half of a reliable lane: every number once, in order, acknowledged when durable.

use crate::error::LinkError;
use crate::outbox::WINDOW;

/// Which numbers have come.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    /// Everything up to here has been handed to the shell.
    received: u64,
    /// Everything up to here is in durable storage; at most `received`.
    persisted: u64,
    /// Whether the peer has been told of the hole behind `received`.
    hole_told: bool,
    due: Due,
}

/// Which acknowledgement waits to be sent; a later one takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Plain,
    Hole,
}

/// What to do with a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It is the next one: hand it to the shell.
    Next,
    /// It came before.
    Repeated,
    /// One before it is missing: drop it, it will be sent again.
    Hole,
}

/// An acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// Everything up to here is in durable storage.
    pub up_to: u64,
    /// Whether the peer must go back to behind it.
    pub hole: bool,
}

impl Inbox {
    /// Starts behind what is in durable storage.
    pub(crate) fn after(persisted: u64) -> Self {
        Self { received: persisted, persisted, hole_told: false, due: Due::Nothing }
    }

    /// Takes the number of a message.
    pub(crate) fn arrive(&mut self, seq: u64) -> Result<Arrival, LinkError> {
        if seq > self.persisted.saturating_add(WINDOW) {
            return Err(LinkError::Rule { rule: "no more than a window is sent unacknowledged" });
        }
        if seq <= self.received {
            if seq <= self.persisted && self.due == Due::Nothing {
                self.due = Due::Plain;
            }
            return Ok(Arrival::Repeated);
        }
        if seq != self.received + 1 {
            self.tell_hole();
            return Ok(Arrival::Hole);
        }
        self.received = seq;
        self.hole_told = false;
        if self.due == Due::Hole {
            self.due = Due::Plain;
        }
        Ok(Arrival::Next)
    }

    /// Notes that the shell has made everything up to here durable.
    pub(crate) fn persisted(&mut self, up_to: u64) {
        let up_to = up_to.min(self.received);
        if up_to <= self.persisted {
            return;
        }
        self.persisted = up_to;
        if self.due == Due::Nothing {
            self.due = Due::Plain;
        }
    }

    /// The acknowledgement that is due, if one is.
    pub(crate) fn take_ack(&mut self) -> Option<Ack> {
        let hole = match std::mem::replace(&mut self.due, Due::Nothing) {
            Due::Nothing => return None,
            Due::Plain => false,
            // The peer goes back to behind what it is told. While received messages are not
            // durable, that would make it repeat them; the hole is told when they are.
            Due::Hole if self.persisted < self.received => {
                self.due = Due::Hole;
                return None;
            }
            Due::Hole => true,
        };
        Some(Ack { up_to: self.persisted, hole })
    }

    fn tell_hole(&mut self) {
        if !self.hole_told {
            self.hole_told = true;
            self.due = Due::Hole;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn arrive(inbox: &mut Inbox, seq: u64, expect: Arrival) {
        assert_eq!(inbox.arrive(seq), Ok(expect), "message {seq}");
    }

    #[test]
    fn nothing_is_acknowledged_before_it_is_durable() {
        let mut inbox = Inbox::after(0);
        arrive(&mut inbox, 1, Arrival::Next);
        arrive(&mut inbox, 2, Arrival::Next);
        assert_eq!(inbox.take_ack(), None);
        inbox.persisted(1);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 1, hole: false }));
        assert_eq!(inbox.take_ack(), None, "one is enough");
    }

    #[test]
    fn several_become_one_acknowledgement() {
        let mut inbox = Inbox::after(0);
        for seq in 1..=10 {
            arrive(&mut inbox, seq, Arrival::Next);
            inbox.persisted(seq);
        }
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 10, hole: false }));
    }

    #[test]
    fn a_repeated_message_is_not_handed_over_again_but_acknowledged_again() {
        let mut inbox = Inbox::after(5);
        arrive(&mut inbox, 5, Arrival::Repeated);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 5, hole: false }));
    }

    #[test]
    fn a_hole_is_told_once_and_filled() {
        let mut inbox = Inbox::after(0);
        arrive(&mut inbox, 1, Arrival::Next);
        inbox.persisted(1);
        arrive(&mut inbox, 3, Arrival::Hole);
        arrive(&mut inbox, 4, Arrival::Hole);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 1, hole: true }));
        arrive(&mut inbox, 5, Arrival::Hole);
        assert_eq!(inbox.take_ack(), None);
        arrive(&mut inbox, 2, Arrival::Next);
        arrive(&mut inbox, 3, Arrival::Next);
        arrive(&mut inbox, 5, Arrival::Hole);
        inbox.persisted(3);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 3, hole: true }));
    }

    #[test]
    fn a_hole_waits_until_what_came_before_it_is_durable() {
        let mut inbox = Inbox::after(0);
        arrive(&mut inbox, 1, Arrival::Next);
        arrive(&mut inbox, 3, Arrival::Hole);
        assert_eq!(inbox.take_ack(), None);
        inbox.persisted(1);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 1, hole: true }));
    }

    #[test]
    fn more_than_a_window_breaks_the_rule() {
        let mut inbox = Inbox::after(100);
        arrive(&mut inbox, 100 + WINDOW, Arrival::Hole);
        assert!(inbox.arrive(101 + WINDOW).is_err());
        assert!(inbox.arrive(u64::MAX).is_err());
    }

    #[test]
    fn the_shell_cannot_acknowledge_what_never_came() {
        let mut inbox = Inbox::after(0);
        arrive(&mut inbox, 1, Arrival::Next);
        inbox.persisted(9);
        assert_eq!(inbox.take_ack(), Some(Ack { up_to: 1, hole: false }));
    }
}
