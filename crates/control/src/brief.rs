//! What is remembered for minutes and not kept over a restart: a bounded number of things, each until
//! its time is over. Where there is no room the oldest gives way.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Rng, SecretString, Tick};

/// What is stored in the place of a secret that opens something here.
pub(crate) type Digest = [u8; 32];

/// Makes a secret that opens something here, and what is stored in its place.
pub(crate) fn secret(rng: &dyn Rng) -> (SecretString, Digest) {
    let mut secret = [0; 32];
    rng.fill(&mut secret);
    let text = hex::encode(secret);
    let digest = digest(&text);
    (SecretString::from(text), digest)
}

/// What is stored in the place of a secret.
pub(crate) fn digest(text: &str) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

/// Things that are remembered for a while.
#[derive(Debug)]
pub(crate) struct Brief<Key, Value> {
    lasts: Duration,
    /// How many there may be in all.
    most: usize,
    held: Mutex<HashMap<Key, Held<Value>>>,
}

#[derive(Debug)]
struct Held<Value> {
    since: Tick,
    value: Value,
}

impl<Key: Eq + Hash + Clone, Value> Brief<Key, Value> {
    pub(crate) fn new(lasts: Duration, most: usize) -> Self {
        Self { lasts, most, held: Mutex::default() }
    }

    /// Remembers something, of which there may be `most_alike`.
    pub(crate) fn put(
        &self,
        now: Tick,
        key: Key,
        value: Value,
        most_alike: usize,
        is_alike: impl Fn(&Value) -> bool,
    ) {
        let mut held = self.held();
        held.retain(|_, known| now.since(known.since) < self.lasts);
        make_room(&mut held, most_alike, is_alike);
        make_room(&mut held, self.most, |_| true);
        held.insert(key, Held { since: now, value });
    }

    /// Takes something out.
    pub(crate) fn take(&self, now: Tick, key: &Key) -> Option<Value> {
        let held = self.held().remove(key)?;
        (now.since(held.since) < self.lasts).then_some(held.value)
    }

    /// Looks at something, or changes it.
    pub(crate) fn with<T>(
        &self,
        now: Tick,
        key: &Key,
        work: impl FnOnce(&mut Value) -> T,
    ) -> Option<T> {
        let mut held = self.held();
        let held = held.get_mut(key).filter(|held| now.since(held.since) < self.lasts)?;
        Some(work(&mut held.value))
    }

    /// Forgets some before their time.
    pub(crate) fn forget(&self, is_meant: impl Fn(&Value) -> bool) {
        self.held().retain(|_, held| !is_meant(&held.value));
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Key, Held<Value>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the oldest of those that count until there is room for one more.
fn make_room<Key: Eq + Hash + Clone, Value>(
    held: &mut HashMap<Key, Held<Value>>,
    limit: usize,
    counts: impl Fn(&Value) -> bool,
) {
    while held.values().filter(|known| counts(&known.value)).count() >= limit {
        let counted = held.iter().filter(|(_, known)| counts(&known.value));
        let oldest = counted.min_by_key(|(_, known)| known.since).map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { return };
        held.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(millis: u64) -> Tick {
        Tick::from_millis(0) + Duration::from_millis(millis)
    }

    #[test]
    fn what_is_taken_is_gone_and_so_is_what_is_old() {
        let brief = Brief::new(MINUTE, 10);
        brief.put(at(0), 1, "a", 10, |_| true);
        assert_eq!(brief.with(at(59_999), &1, |value| *value), Some("a"));
        assert_eq!(brief.with(at(60_000), &1, |value| *value), None);
        assert_eq!(brief.take(at(1), &1), Some("a"));
        assert_eq!(brief.take(at(1), &1), None);
        brief.put(at(0), 2, "b", 10, |_| true);
        assert_eq!(brief.take(at(60_000), &2), None);
    }

    #[test]
    fn the_oldest_of_too_many_gives_way_to_those_alike_first() {
        let brief = Brief::new(MINUTE, 4);
        for (key, value) in [(1, "a"), (2, "b"), (3, "b"), (4, "b")] {
            brief.put(at(key), key, value, 2, |known| *known == value);
        }
        let left = |key| brief.with(at(5), &key, |value| *value);
        assert_eq!([left(1), left(2), left(3), left(4)], [Some("a"), None, Some("b"), Some("b")]);
        brief.put(at(5), 5, "c", 2, |known| *known == "c");
        brief.put(at(6), 6, "d", 2, |known| *known == "d");
        assert_eq!(left(1), None, "the oldest of all");
        brief.forget(|value| *value == "b");
        assert_eq!([left(3), left(5), left(6)], [None, Some("c"), Some("d")]);
    }
}
