//! The real clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use model::{Clock, Tick, Timestamp};

/// Reads the operating system's clocks. Ticks count from when this value was made.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts counting ticks.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the real clock"
    )]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the real clock"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    fn tick(&self) -> Tick {
        let elapsed = self.start.elapsed().as_millis();
        // One tick past zero: a tick of zero is what a value that was never set has.
        Tick::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX).saturating_add(1))
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
