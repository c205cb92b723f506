//! The real randomness.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use model::Rng;

/// Asks the operating system's generator, by way of the cryptographic library.
#[derive(Debug, Default)]
pub struct SystemRng {
    random: SystemRandom,
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        // The generator is seeded by the kernel before any program runs; it cannot fail on a
        // system that runs at all, and to go on without randomness would be worse than to stop.
        self.random.fill(bytes).expect("the operating system has no randomness");
    }
}

#[cfg(test)]
mod tests {
    use model::{SessionId, Timestamp};

    use super::*;

    /// The 74 bits of a UUID version 7 that are neither time nor version (RFC 9562 §5.7).
    const RANDOM_BITS: u128 = 0x0fff_3fff_ffff_ffff_ffff;

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
