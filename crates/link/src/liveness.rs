//! Is anybody there?
//!
//! Who has heard nothing for [`PING_AFTER`] asks, and gives up [`PONG_WITHIN`] later if still
//! nothing was heard; so each side knows within 35 seconds that a link is half open (R10).

use std::time::Duration;

use model::Tick;

/// How long silence lasts before a ping is sent.
pub const PING_AFTER: Duration = Duration::from_secs(15);

/// How long the answer may take.
pub const PONG_WITHIN: Duration = Duration::from_secs(20);

/// What is known of the peer's life.
#[derive(Debug)]
pub(crate) struct Liveness {
    last_heard: Tick,
    /// When the ping was sent that nothing was heard since.
    pinged: Option<Tick>,
    pings: u64,
    /// The last ping, and when it was sent.
    sent: Option<(u64, Tick)>,
    /// How long the last ping that was answered took there and back.
    round_trip: Option<Duration>,
    /// The ping of the peer that waits for its answer; a later one takes its place.
    pong_due: Option<u64>,
}

/// What silence asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Nothing yet.
    Short,
    /// Send this ping.
    Ping { nonce: u64 },
    /// The peer is gone.
    Dead,
}

impl Liveness {
    pub(crate) fn new(now: Tick) -> Self {
        Self {
            last_heard: now,
            pinged: None,
            pings: 0,
            sent: None,
            round_trip: None,
            pong_due: None,
        }
    }

    /// Something authentic came.
    pub(crate) fn heard(&mut self, now: Tick) {
        self.last_heard = now;
        self.pinged = None;
    }

    /// The peer has answered a ping.
    pub(crate) fn answered(&mut self, nonce: u64, now: Tick) {
        if let Some((_, sent)) = self.sent.take_if(|(last, _)| *last == nonce) {
            self.round_trip = Some(now.since(sent));
        }
    }

    /// How long the last ping that was answered took there and back.
    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// The peer asks.
    pub(crate) fn asked(&mut self, nonce: u64) {
        self.pong_due = Some(nonce);
    }

    /// The answer that is due, if one is.
    pub(crate) fn take_pong(&mut self) -> Option<u64> {
        self.pong_due.take()
    }

    /// When to look again.
    pub(crate) fn deadline(&self) -> Tick {
        match self.pinged {
            Some(pinged) => pinged + PONG_WITHIN,
            None => self.last_heard + PING_AFTER,
        }
    }

    /// What the silence asks for.
    pub(crate) fn look(&mut self, now: Tick) -> Silence {
        if now < self.deadline() {
            return Silence::Short;
        }
        if self.pinged.is_some() {
            return Silence::Dead;
        }
        self.pinged = Some(now);
        self.pings += 1;
        self.sent = Some((self.pings, now));
        Silence::Ping { nonce: self.pings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Tick {
        Tick::from_millis(seconds * 1_000)
    }

    /// R10: from the last sign of life to certainty in 35 seconds.
    #[test]
    fn silence_leads_to_a_ping_and_then_to_the_end() {
        let mut liveness = Liveness::new(at(100));
        assert_eq!(liveness.look(at(114)), Silence::Short);
        assert_eq!(liveness.look(at(115)), Silence::Ping { nonce: 1 });
        assert_eq!(liveness.look(at(116)), Silence::Short);
        assert_eq!(liveness.look(at(134)), Silence::Short);
        assert_eq!(liveness.look(at(135)), Silence::Dead);
    }

    #[test]
    fn any_sign_of_life_will_do() {
        let mut liveness = Liveness::new(at(100));
        assert_eq!(liveness.look(at(115)), Silence::Ping { nonce: 1 });
        liveness.heard(at(134));
        assert_eq!(liveness.look(at(148)), Silence::Short);
        assert_eq!(liveness.look(at(149)), Silence::Ping { nonce: 2 });
    }

    #[test]
    fn the_way_there_and_back_is_measured_by_the_last_ping() {
        let mut liveness = Liveness::new(at(0));
        assert_eq!(liveness.look(at(15)), Silence::Ping { nonce: 1 });
        liveness.heard(at(16));
        liveness.answered(7, at(16));
        assert_eq!(liveness.round_trip(), None, "that was another ping");
        liveness.answered(1, at(17));
        liveness.answered(1, at(30));
        assert_eq!(liveness.round_trip(), Some(Duration::from_secs(2)), "once is enough");
    }

    #[test]
    fn a_flood_of_pings_is_answered_once() {
        let mut liveness = Liveness::new(at(0));
        (1..=1_000).for_each(|nonce| liveness.asked(nonce));
        assert_eq!(liveness.take_pong(), Some(1_000));
        assert_eq!(liveness.take_pong(), None);
    }
}
