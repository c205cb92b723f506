//! The real randomness.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use model::Rng;

/// The largest wish that is met from what was drawn ahead: an identifier's. Secrets are longer, and
/// are drawn when they are needed.
const SMALL_BYTES: usize = 16;

/// How much is drawn ahead. Asking costs much more than what it is asked for.
const AHEAD_BYTES: usize = 512;

/// Asks the operating system's generator, by way of the cryptographic library.
#[derive(Default)]
pub struct SystemRng {
    random: SystemRandom,
    ahead: Mutex<Ahead>,
}

/// Random bytes that nobody has had yet: those before `left`.
struct Ahead {
    bytes: [u8; AHEAD_BYTES],
    left: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { bytes: [0; AHEAD_BYTES], left: 0 }
    }
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > SMALL_BYTES {
            return self.draw(bytes);
        }
        // Whoever broke down with it had taken nothing yet, or all of what was theirs.
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.left < bytes.len() {
            self.draw(&mut ahead.bytes);
            ahead.left = AHEAD_BYTES;
        }
        let left = ahead.left - bytes.len();
        let given = &mut ahead.bytes[left..][..bytes.len()];
        bytes.copy_from_slice(given);
        given.fill(0);
        ahead.left = left;
    }
}

impl SystemRng {
    fn draw(&self, bytes: &mut [u8]) {
        // The generator is seeded by the kernel before any program runs; it cannot fail on a
        // system that runs at all, and to go on without randomness would be worse than to stop.
        self.random.fill(bytes).expect("the operating system has no randomness");
    }
}

impl fmt::Debug for SystemRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemRng").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use model::{SessionId, Timestamp};

    use super::*;

    /// The 74 bits of a UUID version 7 that are neither time nor version (RFC 9562 §5.7).
    const RANDOM_BITS: u128 = 0x0fff_3fff_ffff_ffff_ffff;

    /// Whatever is asked for, in whatever order, nobody gets what somebody else has had.
    #[test]
    fn nothing_is_given_twice() {
        let rng = SystemRng::default();
        let mut given = Vec::new();
        for size in (1..=SMALL_BYTES + 1).cycle().take(1_000) {
            let mut bytes = vec![0; size];
            rng.fill(&mut bytes);
            given.extend(bytes);
        }
        // The chance that eight bytes of two places are the same is 2^-37.
        let mut windows: Vec<_> = given.windows(8).collect();
        let count = windows.len();
        windows.sort_unstable();
        windows.dedup();
        assert_eq!(windows.len(), count);
    }

    /// S49: identifiers of one moment have nothing in common but the moment. That a bit is the same
    /// in all of these by chance happens once in 2^1016 runs.
    #[test]
    fn identifiers_of_one_moment_are_random_in_every_bit() {
        let rng = SystemRng::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let ids = || (0..1_024).map(|_| SessionId::new(now, &rng).as_uuid().as_u128());
        let (ever_set, always_set) =
            ids().fold((0, u128::MAX), |(any, all), id| (any | id, all & id));
        assert_eq!(RANDOM_BITS.count_ones(), 74);
        assert_eq!(ever_set & RANDOM_BITS, RANDOM_BITS);
        assert_eq!(always_set & RANDOM_BITS, 0);
    }
}
