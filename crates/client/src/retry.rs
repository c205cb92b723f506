//! When to try again: a wait drawn evenly from a window that doubles (R09).

use std::time::Duration;

use model::Rng;
use model::rng::below;

use crate::config::Patience;

/// The window from which the next wait is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    first: Duration,
    widest: Duration,
    attempts: u32,
}

impl Window {
    pub(crate) const fn new(patience: &Patience) -> Self {
        Self { first: patience.first_retry, widest: patience.widest_retry, attempts: 0 }
    }

    /// How often was tried again.
    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// All is well; the next wait is drawn from the first window.
    pub(crate) const fn reset(&mut self) {
        self.attempts = 0;
    }

    /// Draws the next wait, between half of the window and all of it, so that it is never so short
    /// that nothing can have changed.
    pub(crate) fn draw(&mut self, rng: &dyn Rng) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(self.attempts));
        let window = doubled.min(self.widest).max(self.first);
        self.attempts = self.attempts.saturating_add(1);
        let half_ms = u64::try_from(window.as_millis() / 2).unwrap_or(u64::MAX);
        window / 2 + Duration::from_millis(below(rng, half_ms + 1))
    }
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_start_over() {
        let patience = Patience::default();
        let (mut window, rng) = (Window::new(&patience), CountingRng::new(7));
        let mut expected = patience.first_retry;
        for _ in 0..40 {
            let wait = window.draw(&rng);
            assert!(wait >= expected / 2 && wait <= expected, "{wait:?} of {expected:?}");
            expected = (expected * 2).min(patience.widest_retry);
        }
        window.reset();
        assert!(window.draw(&rng) <= patience.first_retry);
    }
}
