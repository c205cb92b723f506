use std::collections::HashMap;
use std::time::Duration;

use model::provider::KeyUse;
use model::rng::CountingRng;
use model::{ProviderKeyId, TenantId, Timestamp, UserId};
use proptest::prelude::*;

use super::*;
use crate::key_health::Setback;

const NOW: Tick = Tick::from_millis(1_000_000);

/// A key that differs from others by its number.
pub(crate) fn key(number: u64) -> ProviderKey {
    let rng = CountingRng::new(number);
    let at = Timestamp::from_millis(1);
    ProviderKey {
        id: ProviderKeyId::new(at, &rng),
        tenant: TenantId::new(at, &rng),
        provider: "openai".parse().unwrap(),
        name: number.to_string(),
        base_url: "https://api.openai.com/v1".to_owned(),
        sealed: Vec::new(),
        hint: String::new(),
        serves: KeyUse::default(),
        last_trial: None,
        created_by: UserId::new(at, &rng),
        created_at: at,
        secret_set_at: at,
    }
}

fn session(number: u64) -> SessionId {
    SessionId::new(Timestamp::from_millis(1), &CountingRng::new(1_000_000 + number))
}

fn weighted(number: u64, priority: i64, weight: u32) -> Arc<ProviderKey> {
    let mut key = key(number);
    (key.serves.priority, key.serves.weight) = (priority, weight);
    key.into()
}

fn names(keys: &[Arc<ProviderKey>], health: &KeyHealth, session: SessionId) -> Vec<String> {
    order(keys, health, session, NOW).into_iter().map(|key| key.name.clone()).collect()
}

fn first(keys: &[Arc<ProviderKey>], session: SessionId) -> String {
    names(keys, &KeyHealth::default(), session).remove(0)
}

#[test]
fn sessions_spread_over_keys_by_weight() {
    let keys = [weighted(1, 0, 1), weighted(2, 0, 3), weighted(3, 0, 6)];
    let mut counts: HashMap<String, u32> = HashMap::new();
    for number in 0..10_000 {
        *counts.entry(first(&keys, session(number))).or_default() += 1;
    }
    for (name, share) in [("1", 1_000), ("2", 3_000), ("3", 6_000)] {
        let count = counts[name];
        assert!(count.abs_diff(share) < 250, "{name}: {count} of 10000 instead of {share}");
    }
}

/// Prompt caches survive that a key is added or taken away, for all sessions but those it
/// concerns.
#[test]
fn a_key_that_goes_moves_only_its_own_sessions() {
    let all: Vec<_> = (1..=5).map(key).map(Arc::new).collect();
    let fewer = &all[..4];
    for number in 0..1_000 {
        let (before, after) = (first(&all, session(number)), first(fewer, session(number)));
        assert!(before == after || before == "5", "{before} became {after}");
    }
}

#[test]
fn a_session_comes_back_to_its_key() {
    let keys: Vec<_> = (1..=3).map(key).map(Arc::new).collect();
    let mut health = KeyHealth::default();
    for number in 0..100 {
        let home = first(&keys, session(number));
        let its_key = keys.iter().find(|key| key.name == home).unwrap();
        health.set_back(its_key, Setback::Failing, NOW);
        assert_ne!(names(&keys, &health, session(number))[0], home);
        health.worked(its_key, NOW + Duration::from_millis(1));
        assert_eq!(names(&keys, &health, session(number))[0], home);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the state of the keys is: an answer as long as there is a key, never more than
    /// three, each once, none that rests beside one that does not, higher priorities first, and
    /// the same answer to the same question.
    #[test]
    fn the_order_holds_its_rules(
        kinds in prop::collection::vec((0_i64..3, 1_u32..=100, prop::option::of(0_u64..200)), 0..8),
        of in 0_u64..1_000,
    ) {
        let keys: Vec<_> = (0..).zip(&kinds)
            .map(|(number, (priority, weight, _))| weighted(number, *priority, *weight))
            .collect();
        let mut health = KeyHealth::default();
        for (key, (_, _, rest)) in keys.iter().zip(&kinds) {
            if let Some(seconds) = rest {
                let asked = Some(Duration::from_secs(*seconds));
                health.set_back(key, Setback::Limited(asked), NOW);
            }
        }
        let chosen = order(&keys, &health, session(of), NOW);
        prop_assert_eq!(chosen.is_empty(), keys.is_empty());
        prop_assert!(chosen.len() <= MAX_TRIES);
        let rests = |key: &&Arc<ProviderKey>| health.rests_until(key, NOW);
        let fit = keys.iter().filter(|key| rests(key).is_none()).count();
        if fit > 0 {
            prop_assert_eq!(chosen.len(), fit.min(MAX_TRIES));
            prop_assert!(chosen.iter().all(|key| rests(key).is_none()));
            let priorities: Vec<_> = chosen.iter().map(|key| key.serves.priority).collect();
            prop_assert!(priorities.is_sorted_by(|one, next| one >= next));
            let highest = keys.iter().filter(|key| rests(key).is_none())
                .map(|key| key.serves.priority).max();
            prop_assert_eq!(Some(priorities[0]), highest);
        } else if let Some(soonest) = keys.iter().filter_map(|key| rests(&key)).min() {
            prop_assert_eq!(chosen.len(), 1);
            prop_assert_eq!(rests(&chosen[0]), Some(soonest));
        }
        let mut ids: Vec<_> = chosen.iter().map(|key| key.id).collect();
        let again: Vec<_> = order(keys.iter().rev(), &health, session(of), NOW)
            .into_iter().map(|key| key.id).collect();
        prop_assert!(fit == 0 || ids == again, "the order in which keys are listed decides nothing");
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), chosen.len());
    }
}
