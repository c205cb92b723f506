//! What of a terminal goes over the link, and when its program has to wait.

use model::Tick;

use crate::ring::{Chunk, Read, Ring};
use crate::viewer::STALLED_AFTER;

/// How far the program may run ahead of what has been sent.
pub const BACKLOG_BYTES: u64 = 1024 * 1024;

/// One stream of a terminal's output, on the machine.
///
/// While there is a stream, output is read from the program as fast as it is taken at the other
/// end; a stream that does not move for [`STALLED_AFTER`] holds the program back no longer.
/// Without a stream the program runs free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outflow {
    next: u64,
    sent: u64,
    credit: u64,
    moved_at: Tick,
}

/// What to do for a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send these bytes.
    Send(Chunk),
    /// Send the screen and give its offset to [`Outflow::screen`].
    NeedScreen,
    /// Nothing, until there is more output or credit.
    Wait,
}

/// Whether more may be read from the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Read on.
    Go,
    /// Let it wait, until the stream moves or this time comes.
    HoldUntil(Tick),
}

impl Outflow {
    /// A stream that begins at `from` and may send `credit` bytes in all.
    pub fn new(now: Tick, from: u64, credit: u64) -> Self {
        Self { next: from, sent: 0, credit, moved_at: now }
    }

    /// Raises the number of bytes that may be sent since the stream was opened.
    pub fn grant(&mut self, now: Tick, credit: u64) {
        if credit > self.credit {
            self.credit = credit;
            self.moved_at = now;
        }
    }

    /// Says what to do, at most `max` bytes at a time.
    pub fn next(&mut self, now: Tick, ring: &Ring, max: usize) -> Next {
        let left = usize::try_from(self.credit.saturating_sub(self.sent)).unwrap_or(usize::MAX);
        if left == 0 {
            return Next::Wait;
        }
        match ring.read(self.next, left.min(max)) {
            Read::Chunk(chunk) => {
                self.next = chunk.end();
                self.sent += chunk.data.len() as u64;
                self.moved_at = now;
                Next::Send(chunk)
            }
            Read::CaughtUp => Next::Wait,
            Read::TooOld { .. } | Read::Unknown { .. } => Next::NeedScreen,
        }
    }

    /// Goes on behind a screen that has just been sent.
    pub fn screen(&mut self, now: Tick, offset: u64) {
        self.next = offset;
        self.moved_at = now;
    }

    /// Whether there is nothing more to send.
    pub fn has_sent_all(&self, ring: &Ring) -> bool {
        self.next == ring.end()
    }

    /// Whether the program may run on.
    pub fn pace(&self, now: Tick, ring: &Ring) -> Pace {
        let backlog = ring.end().saturating_sub(self.next);
        let limit = BACKLOG_BYTES.min(ring.capacity() as u64 / 2);
        let until = self.moved_at + STALLED_AFTER;
        if backlog < limit || now >= until { Pace::Go } else { Pace::HoldUntil(until) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const START: Tick = Tick::from_millis(0);

    fn ring(bytes: usize) -> Ring {
        let mut ring = Ring::new(1000);
        ring.append(&vec![b'x'; bytes]);
        ring
    }

    fn sent(outflow: &mut Outflow, now: Tick, ring: &Ring) -> u64 {
        let mut sent = 0;
        while let Next::Send(chunk) = outflow.next(now, ring, 64) {
            sent += chunk.data.len() as u64;
        }
        sent
    }

    #[test]
    fn credit_is_counted_in_bytes_and_never_exceeded() {
        let ring = ring(900);
        let mut outflow = Outflow::new(START, 100, 250);
        assert_eq!(sent(&mut outflow, START, &ring), 250);
        outflow.grant(START, 200);
        assert_eq!(sent(&mut outflow, START, &ring), 0, "credit only grows");
        outflow.grant(START, 5000);
        assert_eq!(sent(&mut outflow, START, &ring), 550);
    }

    #[test]
    fn bytes_that_are_gone_become_a_screen_that_costs_no_credit() {
        let ring = ring(5000);
        let mut outflow = Outflow::new(START, 0, 100);
        assert_eq!(outflow.next(START, &ring, 64), Next::NeedScreen);
        outflow.screen(START, 4950);
        assert_eq!(sent(&mut outflow, START, &ring), 50);
        assert_eq!(outflow.next(START, &ring, 64), Next::Wait);
    }

    /// R15: a stream that takes nothing holds the program back for a moment, not for ever.
    #[test]
    fn a_program_waits_for_a_stream_that_moves_and_not_for_one_that_stands() {
        let mut ring = ring(499);
        let mut outflow = Outflow::new(START, 0, 100);
        assert_eq!(outflow.pace(START, &ring), Pace::Go);
        ring.append(b"x");
        let end = START + STALLED_AFTER;
        assert_eq!(outflow.pace(START, &ring), Pace::HoldUntil(end));
        let later = START + Duration::from_millis(1500);
        assert_eq!(sent(&mut outflow, later, &ring), 100);
        assert_eq!(outflow.pace(later, &ring), Pace::Go);
        ring.append(&[b'x'; 100]);
        assert_eq!(outflow.pace(later, &ring), Pace::HoldUntil(later + STALLED_AFTER));
        assert_eq!(outflow.pace(later + STALLED_AFTER, &ring), Pace::Go);
    }
}
