//! What many times come to.

use std::time::Duration;

/// Some times, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spread {
    sorted: Vec<Duration>,
}

impl Spread {
    /// Takes times in any order.
    pub(crate) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<Duration> = times.into_iter().collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// The time that this many in a hundred do not exceed (nearest rank), in milliseconds. Not a
    /// number where there are no times.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
        self.sorted.get(rank - 1).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// The middle one of some numbers, the upper of two. Not a number where there are none.
pub(crate) fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let spread = Spread::of((1..=200).rev().map(Duration::from_millis));
        let percentiles = [1, 50, 95, 99, 100].map(|percent| spread.percentile_ms(percent));
        assert_eq!(percentiles, [2.0, 100.0, 190.0, 198.0, 200.0]);
        let one = Spread::of([Duration::from_millis(7)]);
        assert_eq!([one.percentile_ms(1), one.percentile_ms(99)], [7.0, 7.0]);
    }

    #[test]
    fn of_nothing_there_is_no_number() {
        assert!(Spread::default().percentile_ms(50).is_nan());
        assert!(median([]).is_nan());
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([9.0, 1.0, 5.0]), 5.0);
    }
}
