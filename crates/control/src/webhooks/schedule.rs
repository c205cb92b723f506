//! When a delivery is tried again.

use std::time::Duration;

use model::{Rng, rng};

/// Pauses before the second and each later attempt, as the Standard Webhooks specification
/// recommends them: eight attempts in a little more than a day.
pub(super) const WEBHOOK: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(10),
];

/// Pauses of a notice: who is told of a question an hour late was not told.
pub(crate) const NOTICE: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
];

/// The longest pause that a receiver can ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(10);

/// How long to wait after so many attempts that have failed, at least as long as the receiver has
/// asked for; `None` when it is enough. Up to a quarter is added by chance, so that what failed
/// together does not come back together.
pub(crate) fn pause_after(
    pauses: &[Duration],
    tries: u32,
    asked: Option<Duration>,
    random: &dyn Rng,
) -> Option<Duration> {
    let index = usize::try_from(tries.checked_sub(1)?).ok()?;
    let pause = (*pauses.get(index)?).max(asked.unwrap_or_default().min(LONGEST_ASKED));
    let most = u64::try_from(pause.as_millis() / 4).unwrap_or(u64::MAX);
    Some(pause + Duration::from_millis(rng::below(random, most)))
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    #[test]
    fn eight_attempts_are_made_in_a_day_and_a_half() {
        let random = CountingRng::default();
        let pauses: Vec<_> =
            (1..).map_while(|tries| pause_after(&WEBHOOK, tries, None, &random)).collect();
        assert_eq!(pauses.len() + 1, 8);
        for (pause, least) in pauses.iter().zip(WEBHOOK) {
            assert!(*pause >= least && *pause <= least * 5 / 4, "{pause:?} of {least:?}");
        }
        let total: Duration = pauses.iter().sum();
        assert!((Duration::from_hours(27)..Duration::from_hours(36)).contains(&total), "{total:?}");
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_but_not_for_ever() {
        let random = CountingRng::default();
        let asked = |asked| pause_after(&WEBHOOK, 1, Some(asked), &random).unwrap();
        assert!(asked(Duration::from_secs(1)) < Duration::from_secs(7));
        assert!(asked(Duration::from_mins(10)) >= Duration::from_mins(10));
        assert!(asked(Duration::MAX) <= LONGEST_ASKED * 5 / 4);
        assert_eq!(pause_after(&WEBHOOK, 8, Some(Duration::from_secs(1)), &random), None);
    }
}
