//! In which order a session's calls try the keys of a provider.
//!
//! A session stays with one key, because prompts are cached for the account behind it; it moves
//! only while that key rests, and comes back afterwards. Each session ranks the keys for itself, by
//! a hash of both, so that nothing need be remembered and a key that comes or goes moves no
//! session but those that were or will be its own. Pure: the same answer for the same question.

use std::cmp::Reverse;
use std::sync::Arc;

use model::provider::ProviderKey;
use model::{SessionId, Tick};

use crate::key_health::KeyHealth;

/// Keys that are tried for one call at the most.
const MAX_TRIES: usize = 3;

/// The keys for a call, the one to begin with first. Where all of them rest it is the one whose
/// rest ends first: better one try more than none. Never empty unless `keys` is.
pub(crate) fn order<'a>(
    keys: impl IntoIterator<Item = &'a Arc<ProviderKey>>,
    health: &KeyHealth,
    session: SessionId,
    now: Tick,
) -> Vec<&'a Arc<ProviderKey>> {
    let mut fit = Vec::new();
    let mut soonest = None;
    for key in keys {
        match health.rests_until(key, now) {
            None => fit.push(key),
            Some(until) => {
                let better = soonest.is_none_or(|(best, _)| until < best);
                soonest = if better { Some((until, key)) } else { soonest };
            }
        }
    }
    if fit.is_empty() {
        return soonest.into_iter().map(|(_, key)| key).collect();
    }
    if fit.len() > 1 {
        fit.sort_by_cached_key(|key| Reverse((key.serves.priority, rank(session, key))));
        fit.truncate(MAX_TRIES);
    }
    fit
}

/// How high a session ranks a key: the best of as many draws as its weight says, so that a key's
/// share of sessions is its share of the weight.
fn rank(session: SessionId, key: &ProviderKey) -> u64 {
    let seed = hash(session.as_bytes()) ^ hash(key.id.as_bytes()).rotate_left(32);
    let draws = (0..u64::from(key.serves.weight.max(1))).map(|draw| mix(seed.wrapping_add(draw)));
    draws.max().unwrap_or(0)
}

fn hash(id: &[u8; 16]) -> u64 {
    let (halves, _) = id.as_chunks::<8>();
    halves.iter().fold(0, |hash, half| mix(hash ^ u64::from_be_bytes(*half)))
}

/// The finalizer of `SplitMix64`: every bit of the input changes half of the output's.
const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
pub(crate) mod tests;
