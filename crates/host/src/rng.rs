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
