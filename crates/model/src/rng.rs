//! Randomness, passed in.

/// A source of random bytes that are fit for secrets.
///
/// `host::SystemRng` asks the operating system; tests pass [`CountingRng`].
pub trait Rng: Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// Draws a number in `0..bound` (0 when `bound` is 0), evenly enough for jitter.
pub fn below(rng: &dyn Rng, bound: u64) -> u64 {
    let mut bytes = [0_u8; 8];
    rng.fill(&mut bytes);
    match bound {
        0 => 0,
        _ => u64::from_le_bytes(bytes) % bound,
    }
}

/// A repeatable sequence for tests: every eight bytes are the next number of `SplitMix64`.
#[derive(Debug, Default)]
pub struct CountingRng {
    state: std::sync::atomic::AtomicU64,
}

impl CountingRng {
    /// Starts the sequence at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed.into() }
    }

    fn next(&self) -> u64 {
        const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;
        let previous = self.state.fetch_add(GAMMA, std::sync::atomic::Ordering::Relaxed);
        let mut z = previous.wrapping_add(GAMMA);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Rng for CountingRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
