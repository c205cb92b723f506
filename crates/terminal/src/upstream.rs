//! What the relay asks of the machine for all viewers of a terminal.

use model::Tick;

use crate::Viewer;
use crate::viewer::Gap;

/// The credit that the relay has given for one stream of output.
///
/// The machine may send as far as the fastest viewer that draws, and a window further. Where no
/// viewer draws (all are stalled), it goes on without them: the ring of the relay takes what comes
/// and forgets the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    window_bytes: u64,
    /// Offset of the terminal up to which the machine may send.
    granted: u64,
    /// Offsets count from the terminal's beginning, credit from the stream's: their difference.
    origin: u64,
}

impl Upstream {
    /// A stream that begins at `from`; [`Self::credit`] is its first credit.
    pub fn new(from: u64, window_bytes: u64) -> Self {
        let window_bytes = window_bytes.max(1);
        Self { window_bytes, granted: from + window_bytes, origin: from }
    }

    /// Bytes that may be sent since the stream was opened; only ever grows.
    pub fn credit(&self) -> u64 {
        self.granted - self.origin
    }

    /// Looks at the viewers and answers the new credit if it has grown enough to tell the machine.
    /// `received` is the end of the relay's ring.
    pub fn grant<'a>(
        &mut self,
        now: Tick,
        received: u64,
        viewers: impl IntoIterator<Item = &'a Viewer>,
    ) -> Option<u64> {
        let fastest = viewers.into_iter().filter_map(|viewer| viewer.drawn(now)).max();
        let limit = fastest.unwrap_or(received).min(received) + self.window_bytes;
        let worth_telling = self.granted + self.window_bytes.div_ceil(4);
        if limit < worth_telling {
            return None;
        }
        self.granted = limit;
        Some(self.credit())
    }

    /// Notes that the machine has left out these bytes and sent a screen instead.
    pub fn jumped(&mut self, gap: Gap) {
        let left_out = gap.to.saturating_sub(gap.from);
        self.granted += left_out;
        self.origin += left_out;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ring::Ring;
    use crate::viewer::{Next, STALLED_AFTER, Until};

    const WINDOW: u64 = 100;

    /// A viewer that has been sent everything its window allows.
    fn filled(ring: &Ring, now: Tick) -> Viewer {
        let mut viewer = Viewer::resuming(0, WINDOW);
        while let Next::Send(_) = viewer.next(now, ring, 10) {}
        viewer
    }

    #[test]
    fn the_fastest_viewer_that_draws_sets_the_pace() {
        let mut ring = Ring::new(1000);
        ring.append(&[0; 100]);
        let start = Tick::from_millis(0);
        let mut upstream = Upstream::new(0, WINDOW);
        assert_eq!(upstream.credit(), 100);
        let (slow, mut fast) = (filled(&ring, start), filled(&ring, start));
        assert_eq!(upstream.grant(start, 100, [&slow, &fast]), None);
        fast.acknowledge(10);
        assert_eq!(upstream.grant(start, 100, [&slow, &fast]), None, "not worth a message");
        fast.acknowledge(80);
        assert_eq!(upstream.grant(start, 100, [&slow, &fast]), Some(180));
        assert_eq!(upstream.grant(start, 100, [&slow]), None, "credit is never taken back");
    }

    /// R15: when nobody draws, the machine goes on without them. The feature
    /// `mutant-sleeper-holds` turns this red.
    #[test]
    fn stalled_viewers_hold_nobody_back() {
        let mut ring = Ring::new(1000);
        ring.append(&[0; 100]);
        let start = Tick::from_millis(0);
        let mut upstream = Upstream::new(0, WINDOW);
        let mut asleep = filled(&ring, start);
        assert_eq!(asleep.next(start, &ring, 10), Next::Wait(Until::Acknowledged));
        let before = start + Duration::from_millis(1999);
        assert_eq!(upstream.grant(before, 100, [&asleep]), None);
        assert_eq!(upstream.grant(start + STALLED_AFTER, 100, [&asleep]), Some(200));
        assert_eq!(upstream.grant(start + STALLED_AFTER, 200, [&asleep]), Some(300));
    }

    #[test]
    fn a_gap_costs_no_credit() {
        let mut upstream = Upstream::new(50, WINDOW);
        upstream.jumped(Gap { from: 150, to: 1150 });
        assert_eq!(upstream.credit(), WINDOW);
        let viewer = Viewer::resuming(1100, WINDOW);
        assert_eq!(upstream.grant(Tick::from_millis(0), 1150, [&viewer]), Some(150));
    }
}
