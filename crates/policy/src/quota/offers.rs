//! How much more people are offered to grant.

use model::quota::QuotaMeasure;

/// Round amounts, each of a measure's own unit, from the smallest that is worth an answer.
const STEPS: [u64; 3] = [1, 2, 5];

/// Two amounts to offer: the smallest round one with which the call that asked can go on, no less
/// than is usual, and one for some more calls. In the measure's own unit: tokens, calls, or
/// billionths of a dollar.
pub fn offers(measure: QuotaMeasure, missing: u64) -> [u64; 2] {
    let usual = usual(measure);
    let enough = usual.max(missing);
    let first = rounded_up(enough);
    [first, rounded_up(first.saturating_mul(4))]
}

/// What people grant where the call needs less.
const fn usual(measure: QuotaMeasure) -> u64 {
    match measure {
        QuotaMeasure::Tokens => 1_000_000,
        QuotaMeasure::Requests => 100,
        QuotaMeasure::Cost => 5_000_000_000,
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn rounded_up(amount: u64) -> u64 {
    let powers = (0..19).map(|power| 10_u64.pow(power));
    let mut steps = powers.flat_map(|power| STEPS.map(|step| power.saturating_mul(step)));
    steps.find(|step| *step >= amount).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOLLAR: u64 = 1_000_000_000;

    #[test]
    fn what_is_usual_is_offered_where_less_is_missing() {
        assert_eq!(offers(QuotaMeasure::Cost, 3 * DOLLAR), [5 * DOLLAR, 20 * DOLLAR]);
        assert_eq!(offers(QuotaMeasure::Tokens, 1), [1_000_000, 5_000_000]);
        assert_eq!(offers(QuotaMeasure::Requests, 0), [100, 500]);
    }

    #[test]
    fn what_is_offered_is_enough_for_the_call() {
        assert_eq!(offers(QuotaMeasure::Cost, 7 * DOLLAR), [10 * DOLLAR, 50 * DOLLAR]);
        assert_eq!(offers(QuotaMeasure::Tokens, 1_000_001), [2_000_000, 10_000_000]);
        for missing in [0, 1, 99, 100, 101, 12_345_678, u64::MAX / 100] {
            for measure in QuotaMeasure::ALL {
                let [first, second] = offers(*measure, missing);
                assert!(missing <= first && first < second, "{measure} {missing}");
            }
        }
    }
}
