//! Which byte of a connection is the unlucky one: drawn from the seed, the number of the connection
//! and the direction, and from nothing else.

use std::time::Duration;

use model::rng::{CountingRng, below};

use super::{Direction, Faults};

/// Where a connection is cut into pieces when nothing else is asked for.
const USUAL_PIECE_BYTES: u64 = 16 * 1024;

const MILLION: u64 = 1_000_000;

/// The fate of one direction of one connection.
pub(super) struct Schedule {
    /// For what happens to bytes.
    bytes: CountingRng,
    /// For when it happens: drawn for each piece as it arrives, which is not repeatable.
    times: CountingRng,
    /// How far the bytes have come.
    carried: u64,
    /// Where the next cut is.
    cut_at: u64,
}

/// What to do with bytes that have arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// So many of them are carried together.
    Carry(usize),
    /// The connection is reset before the next of them.
    Reset,
}

impl Schedule {
    pub(super) fn new(seed: u64, connection: u64, direction: Direction) -> Self {
        let lane = match direction {
            Direction::ToTarget => 1,
            Direction::FromTarget => 2,
        };
        // Any two of these lie far apart in the sequence of numbers.
        let seed = seed.wrapping_add(connection << 32).wrapping_add(lane << 60);
        let (bytes, times) = (CountingRng::new(seed), CountingRng::new(!seed));
        Self { bytes, times, carried: 0, cut_at: 0 }
    }

    /// Decides over bytes that have arrived, of which there is at least one.
    pub(super) fn decide(&mut self, arrived: usize, faults: &Faults) -> Fate {
        if faults.reset_after.is_some_and(|after| self.carried >= after) {
            return Fate::Reset;
        }
        if self.carried == self.cut_at {
            if self.carried > 0 && below(&self.bytes, MILLION) < faults.reset_millionths.into() {
                return Fate::Reset;
            }
            self.cut_at += 1 + below(&self.bytes, piece_bytes(faults));
        }
        let until_reset = faults.reset_after.map_or(u64::MAX, |after| after - self.carried);
        let most = (self.cut_at - self.carried).min(until_reset);
        let carried = usize::try_from(most).map_or(arrived, |most| arrived.min(most));
        self.carried += carried as u64;
        Fate::Carry(carried)
    }

    /// How long a piece is under way.
    pub(super) fn delay(&self, faults: &Faults) -> Duration {
        let jitter_us = u64::try_from(faults.jitter.as_micros()).unwrap_or(u64::MAX);
        faults.delay + Duration::from_micros(below(&self.times, jitter_us))
    }
}

fn piece_bytes(faults: &Faults) -> u64 {
    faults.split_up_to.map_or(USUAL_PIECE_BYTES, |most| u64::from(most.get()))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const LOSSY: Faults = Faults {
        delay: Duration::ZERO,
        jitter: Duration::ZERO,
        bytes_per_second: None,
        split_up_to: NonZeroU32::new(50),
        reset_after: None,
        reset_millionths: 10_000,
    };

    /// Where the cuts and the reset are, when the bytes arrive in such portions.
    fn run(seed: u64, connection: u64, portion: usize, faults: &Faults) -> (Vec<u64>, u64) {
        let mut schedule = Schedule::new(seed, connection, Direction::ToTarget);
        let (mut cuts, mut arrived) = (Vec::new(), 0);
        for _ in 0..1_000_000 {
            if arrived == 0 {
                arrived = portion;
            }
            match schedule.decide(arrived, faults) {
                Fate::Reset => return (cuts, schedule.carried),
                Fate::Carry(carried) => arrived -= carried,
            }
            if schedule.carried == schedule.cut_at {
                cuts.push(schedule.carried);
            }
        }
        panic!("never reset");
    }

    #[test]
    fn how_bytes_arrive_does_not_change_their_fate() {
        for seed in 0..20 {
            let whole = run(seed, 1, 100_000, &LOSSY);
            assert_eq!(run(seed, 1, 7, &LOSSY), whole);
            assert_eq!(run(seed, 1, 1, &LOSSY), whole);
            assert_ne!(run(seed, 2, 1, &LOSSY), whole, "each connection has its own");
            assert_ne!(run(seed + 1, 1, 1, &LOSSY), whole, "each seed has its own");
        }
    }

    #[test]
    fn pieces_are_no_larger_than_asked_for() {
        let (cuts, _) = run(3, 1, 100_000, &LOSSY);
        let sizes: Vec<u64> = cuts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(sizes.len() > 5 && sizes.iter().all(|size| (1..=50).contains(size)), "{sizes:?}");
    }

    #[test]
    fn a_reset_comes_at_the_byte_that_was_asked_for() {
        for after in [0, 1, 49, 50, 51, 10_000] {
            let faults = Faults { reset_after: Some(after), reset_millionths: 0, ..LOSSY };
            assert_eq!(run(1, 1, 1_000, &faults).1, after);
        }
    }

    #[test]
    fn resets_are_about_as_likely_as_asked_for() {
        let lengths = (0..200).map(|seed| run(seed, 1, 1_000, &LOSSY).0.len());
        let pieces: usize = lengths.sum();
        // One in a hundred pieces: 100 of them on average.
        assert!((70..130).contains(&(pieces / 200)), "{}", pieces / 200);
    }
}
