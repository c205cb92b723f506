//! How long something took, sorted into buckets.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Counter;

/// Upper bounds, in microseconds, for what the server itself does: from 10 µs to 10 s.
pub const OWN_WORK_US: &[u64] = &[
    10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
    500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// Upper bounds, in microseconds, for what models take: from 10 ms to about 80 s, each twice the
/// one before, as the semantic conventions for generative AI advise.
pub const MODEL_WORK_US: &[u64] = &[
    10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 1_280_000, 2_560_000, 5_120_000,
    10_240_000, 20_480_000, 40_960_000, 81_920_000,
];

/// Counts durations by buckets. To observe one is a search among some twenty numbers and two atomic
/// additions.
#[derive(Debug)]
pub struct Histogram {
    bounds_us: &'static [u64],
    /// One for each bound, and one for what lies above all of them.
    buckets: Box<[Counter]>,
    sum_us: AtomicU64,
}

/// What a histogram held at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The bounds, in microseconds, ascending.
    pub bounds_us: &'static [u64],
    /// How many observations were at most each bound; the last entry is their number.
    pub cumulative: Vec<u64>,
    /// The sum of all observations, in microseconds.
    pub sum_us: u64,
}

impl Histogram {
    /// Nothing was observed yet. `bounds_us` must ascend.
    pub fn new(bounds_us: &'static [u64]) -> Self {
        debug_assert!(bounds_us.is_sorted(), "bounds ascend");
        let buckets = (0..=bounds_us.len()).map(|_| Counter::new()).collect();
        Self { bounds_us, buckets, sum_us: AtomicU64::new(0) }
    }

    /// Something took so long.
    pub fn observe_us(&self, took_us: u64) {
        let bucket = self.bounds_us.partition_point(|bound| *bound < took_us);
        // There is one more bucket than bounds.
        self.buckets[bucket].increment();
        self.sum_us.fetch_add(took_us, Ordering::Relaxed);
    }

    /// Something took so many milliseconds.
    pub fn observe_ms(&self, took_ms: u64) {
        self.observe_us(took_ms.saturating_mul(1_000));
    }

    /// What it holds now. What is observed meanwhile may be in the sum and not in the buckets.
    pub fn observed(&self) -> Observed {
        let mut count = 0;
        let cumulative = self.buckets.iter().map(|bucket| {
            count += bucket.total();
            count
        });
        Observed {
            bounds_us: self.bounds_us,
            cumulative: cumulative.collect(),
            sum_us: self.sum_us.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let histogram = Histogram::new(&[10, 20]);
        for took_us in [0, 10, 11, 20, 21, u64::from(u32::MAX)] {
            histogram.observe_us(took_us);
        }
        let observed = histogram.observed();
        assert_eq!(observed.cumulative, [2, 4, 6]);
        assert_eq!(observed.sum_us, 10 + 11 + 20 + 21 + u64::from(u32::MAX));
    }

    proptest! {
        #[test]
        fn every_observation_is_counted_once(took: Vec<u32>) {
            let histogram = Histogram::new(OWN_WORK_US);
            for took_us in &took {
                histogram.observe_us(u64::from(*took_us));
            }
            let observed = histogram.observed();
            prop_assert!(observed.cumulative.is_sorted());
            prop_assert_eq!(observed.cumulative.last(), Some(&(took.len() as u64)));
            for (bound, count) in observed.bounds_us.iter().zip(&observed.cumulative) {
                let below = took.iter().filter(|took_us| u64::from(**took_us) <= *bound).count();
                prop_assert_eq!(*count, below as u64);
            }
        }
    }
}
