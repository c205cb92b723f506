//! What the gateway itself takes of a call's time.

use std::future::Future;

use model::Clock;

/// Runs from a call's arrival, and stands still while others are waited for.
pub(crate) struct Stopwatch<'a> {
    clock: &'a dyn Clock,
    began_us: u64,
    stood_us: u64,
}

impl<'a> Stopwatch<'a> {
    pub(crate) fn start(clock: &'a dyn Clock) -> Self {
        Self { clock, began_us: clock.micros(), stood_us: 0 }
    }

    /// Waits for what is not the gateway's doing.
    pub(crate) async fn without<T>(&mut self, waiting: impl Future<Output = T>) -> T {
        let from_us = self.clock.micros();
        let result = waiting.await;
        self.stood_us += self.clock.micros().saturating_sub(from_us);
        result
    }

    pub(crate) fn elapsed_us(&self) -> u64 {
        self.clock.micros().saturating_sub(self.began_us + self.stood_us)
    }
}
