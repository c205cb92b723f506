//! Which keys rest, and for how long.
//!
//! A key whose provider refuses it, limits it, fails or cannot be reached rests for a while, longer
//! each time, and calls go to another key meanwhile. Pure: a function of what happened and when.

use std::collections::HashMap;
use std::time::Duration;

use model::provider::ProviderKey;
use model::{ProviderKeyId, Tick, Timestamp};

/// The longest rest, also where a provider asks for a longer one.
pub(crate) const LONGEST_REST: Duration = Duration::from_hours(1);

/// Keys that are remembered at the most; of more, those that rest no longer are forgotten.
const MAX_KEYS: usize = 4_096;

/// Why a key is given a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setback {
    /// The provider does not accept it, or not for this.
    Rejected,
    /// Too many calls, and perhaps when there may be more.
    Limited(Option<Duration>),
    /// The provider fails.
    Failing,
    /// Nobody answers.
    Unreachable,
}

/// The rests of all keys.
#[derive(Debug, Default)]
pub(crate) struct KeyHealth {
    rests: HashMap<ProviderKeyId, Rest>,
}

#[derive(Debug)]
struct Rest {
    /// Which of the key's secrets it was: a new one starts afresh.
    secret_set_at: Timestamp,
    since: Tick,
    until: Tick,
    /// Setbacks in a row, each after the rest for the one before.
    setbacks: u32,
}

impl Setback {
    /// The rest after the first one in a row, and the longest to which it grows.
    const fn rest(self) -> (Duration, Duration) {
        match self {
            Self::Rejected => (Duration::from_mins(1), Duration::from_mins(10)),
            Self::Limited(_) => (Duration::from_secs(20), Duration::from_mins(5)),
            Self::Failing => (Duration::from_secs(10), Duration::from_mins(2)),
            Self::Unreachable => (Duration::from_secs(10), Duration::from_mins(1)),
        }
    }

    fn rest_after(self, setbacks: u32) -> Duration {
        if let Self::Limited(Some(asked)) = self {
            return asked.min(LONGEST_REST);
        }
        let (first, longest) = self.rest();
        first.saturating_mul(1 << setbacks.min(16)).min(longest)
    }
}

impl KeyHealth {
    /// A call with the key did not succeed, for a reason that lies with the key or its provider.
    /// Of many calls that fail at once only the first makes the next rest longer.
    pub(crate) fn set_back(&mut self, key: &ProviderKey, setback: Setback, now: Tick) {
        self.make_room(now);
        let earlier = self.rests.get(&key.id).filter(|rest| rest.is_of(key));
        let (setbacks, since, earlier_until) = match earlier {
            Some(rest) if now < rest.until => (rest.setbacks, rest.since, rest.until),
            Some(rest) => (rest.setbacks + 1, now, now),
            None => (0, now, now),
        };
        let until = earlier_until.max(now + setback.rest_after(setbacks));
        let rest = Rest { secret_set_at: key.secret_set_at, since, until, setbacks };
        self.rests.insert(key.id, rest);
    }

    /// A call with the key that began at `began` succeeded. One that began before the last setback
    /// says nothing about the time after it.
    pub(crate) fn worked(&mut self, key: &ProviderKey, began: Tick) {
        if self.rests.get(&key.id).is_some_and(|rest| began > rest.since) {
            self.rests.remove(&key.id);
        }
    }

    /// Until when the key rests, if it does.
    pub(crate) fn rests_until(&self, key: &ProviderKey, now: Tick) -> Option<Tick> {
        let rest = self.rests.get(&key.id).filter(|rest| rest.is_of(key))?;
        (now < rest.until).then_some(rest.until)
    }

    /// How many rest.
    pub(crate) fn resting(&self, now: Tick) -> u64 {
        self.rests.values().filter(|rest| now < rest.until).count() as u64
    }

    fn make_room(&mut self, now: Tick) {
        if self.rests.len() >= MAX_KEYS {
            self.rests.retain(|_, rest| now < rest.until);
        }
    }
}

impl Rest {
    fn is_of(&self, key: &ProviderKey) -> bool {
        self.secret_set_at == key.secret_set_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::tests::key;

    fn at(seconds: u64) -> Tick {
        Tick::from_millis(seconds * 1_000)
    }

    fn rests_for(health: &KeyHealth, key: &ProviderKey, now: u64) -> Option<u64> {
        health.rests_until(key, at(now)).map(|until| until.since(at(now)).as_secs())
    }

    #[test]
    fn a_rest_grows_with_each_setback_up_to_its_longest() {
        for (setback, expected) in [
            (Setback::Rejected, [60, 120, 240, 480, 600, 600]),
            (Setback::Limited(None), [20, 40, 80, 160, 300, 300]),
            (Setback::Failing, [10, 20, 40, 80, 120, 120]),
            (Setback::Unreachable, [10, 20, 40, 60, 60, 60]),
        ] {
            let (key, mut health, mut now) = (key(1), KeyHealth::default(), 1);
            for rest in expected {
                health.set_back(&key, setback, at(now));
                assert_eq!(rests_for(&health, &key, now), Some(rest), "{setback:?}");
                now += rest;
                assert_eq!(rests_for(&health, &key, now), None, "{setback:?}");
            }
        }
    }

    /// What the provider asks for is what it gets, within reason.
    #[test]
    fn retry_after_is_honoured() {
        let (key, mut health) = (key(1), KeyHealth::default());
        for (asked, rest) in [(7, Some(7)), (0, None), (86_400, Some(3_600))] {
            health = KeyHealth::default();
            health.set_back(&key, Setback::Limited(Some(Duration::from_secs(asked))), at(1));
            assert_eq!(rests_for(&health, &key, 1), rest);
        }
        // A shorter wish does not shorten a rest.
        health.set_back(&key, Setback::Limited(Some(Duration::from_secs(1))), at(2));
        assert_eq!(rests_for(&health, &key, 2), Some(3_599));
    }

    #[test]
    fn many_failures_at_once_are_one_setback() {
        let (key, mut health) = (key(1), KeyHealth::default());
        for _ in 0..50 {
            health.set_back(&key, Setback::Failing, at(1));
        }
        assert_eq!(rests_for(&health, &key, 1), Some(10));
    }

    #[test]
    fn success_ends_a_rest_unless_it_began_before() {
        let (key, mut health) = (key(1), KeyHealth::default());
        health.set_back(&key, Setback::Failing, at(10));
        health.worked(&key, at(5));
        assert_eq!(rests_for(&health, &key, 11), Some(9), "an older call says nothing");
        health.worked(&key, at(11));
        assert_eq!(rests_for(&health, &key, 11), None);
        health.set_back(&key, Setback::Failing, at(12));
        assert_eq!(rests_for(&health, &key, 12), Some(10), "and it starts anew");
    }

    /// Who replaces a rejected key need not wait for its rest to end.
    #[test]
    fn a_new_secret_does_not_rest_for_the_old_one() {
        let (mut key, mut health) = (key(1), KeyHealth::default());
        health.set_back(&key, Setback::Rejected, at(1));
        key.secret_set_at = Timestamp::from_millis(9);
        assert_eq!(rests_for(&health, &key, 2), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut health = KeyHealth::default();
        for number in 0..2 * MAX_KEYS as u64 {
            health.set_back(&key(number), Setback::Unreachable, at(number * 60));
            assert!(health.rests.len() <= MAX_KEYS);
        }
    }
}
