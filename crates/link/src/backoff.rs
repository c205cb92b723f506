//! When to try again after a link was lost or refused (R09).
//!
//! Every wait is drawn evenly from zero to a window, so that machines that lost the same server at
//! the same moment do not come back at the same moment. The window starts at a second, doubles to
//! a minute, and starts over when a link was up for a minute. The first window after a link is at
//! least as wide as the server asked for in its welcome.

use std::time::Duration;

use model::{Rng, Tick};
use wire::handshake::RefusalCode;

use crate::event::{Down, Refused, Word};

/// The first window.
pub const FIRST_WINDOW: Duration = Duration::from_secs(1);

/// The widest window of a machine that was not refused.
pub const WIDEST_WINDOW: Duration = Duration::from_mins(1);

/// How long a link is up before it counts as healthy.
pub const STABLE_AFTER: Duration = Duration::from_mins(1);

/// How long a machine waits that was refused for what it is: at least, and at most (S59).
pub const REFUSED_WAIT: (Duration, Duration) = (Duration::from_mins(5), Duration::from_mins(15));

/// The longest wait a server can ask for.
pub const RETRY_AFTER_AT_MOST: Duration = Duration::from_hours(1);

/// When to try again. It never gives up for good.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    /// Attempts since the last healthy link.
    failures: u32,
    up_since: Option<Tick>,
    /// What the server asked for.
    spread: Duration,
    next: Option<Next>,
}

/// The next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Next {
    at: Tick,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The server could not be reached, or the link was lost.
    Unreached,
    /// The server asked to wait, or refused the machine for what it is.
    Asked,
}

impl Backoff {
    /// Notes that a link is up.
    pub fn up(&mut self, now: Tick, spread: Duration) {
        self.up_since = Some(now);
        self.spread = spread.min(WIDEST_WINDOW);
        self.next = None;
    }

    /// Notes that a link ended, or that no transport could be had ([`Down::Lost`]). Gives the time
    /// of the next attempt.
    pub fn down(&mut self, now: Tick, down: &Down, rng: &dyn Rng) -> Tick {
        if let Some(up_since) = self.up_since.take()
            && now.since(up_since) >= STABLE_AFTER
        {
            self.failures = 0;
        }
        let window = self.window();
        self.failures = self.failures.saturating_add(1);
        let next = match asked(down) {
            Some((least, most)) => {
                let wait = least + within(most.saturating_sub(least), rng);
                Next { at: now + wait, reason: Reason::Asked }
            }
            None => Next { at: now + within(window, rng), reason: Reason::Unreached },
        };
        self.next = Some(next);
        next.at
    }

    /// Notes that this computer has woken from sleep or has got another network: waiting makes no
    /// sense any more, except where the server asked for it. Gives the time of the next attempt,
    /// if there is to be one.
    pub fn wake(&mut self, now: Tick, rng: &dyn Rng) -> Option<Tick> {
        let soon = now + within(FIRST_WINDOW, rng);
        if let Some(next) = &mut self.next
            && next.reason == Reason::Unreached
        {
            next.at = next.at.min(soon);
        }
        self.next_attempt()
    }

    /// When to try again; `None` while a link is up, or before the first.
    pub fn next_attempt(&self) -> Option<Tick> {
        self.next.map(|next| next.at)
    }

    fn window(&self) -> Duration {
        let doubled = FIRST_WINDOW.saturating_mul(1 << self.failures.min(6));
        doubled.max(self.spread).min(WIDEST_WINDOW)
    }
}

/// The wait that the end of a link asks for by itself: at least and at most.
fn asked(down: &Down) -> Option<(Duration, Duration)> {
    let Down::Refused(Refused { code, retry_after, word, .. }) = down else {
        return None;
    };
    let retry_after = (*retry_after).min(RETRY_AFTER_AT_MOST);
    match (code, word) {
        (RefusalCode::Identity | RefusalCode::Deregistered, Word::Sealed) => {
            let least = REFUSED_WAIT.0.max(retry_after);
            Some((least, REFUSED_WAIT.1.max(retry_after + WIDEST_WINDOW)))
        }
        // Nothing mends itself within seconds, but a server may be upgraded any minute.
        (RefusalCode::Version, _) => {
            let least = (WIDEST_WINDOW / 2).max(retry_after);
            Some((least, least + WIDEST_WINDOW / 2))
        }
        _ if retry_after.is_zero() => None,
        _ => Some((retry_after, retry_after + WIDEST_WINDOW / 2)),
    }
}

/// Evenly from zero up to, not including, the window.
fn within(window: Duration, rng: &dyn Rng) -> Duration {
    let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(model::rng::below(rng, window_ms))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::rng::CountingRng;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Tick {
        Tick::from_millis(seconds * 1_000)
    }

    fn refused(code: RefusalCode, word: Word, retry_after_s: u64) -> Down {
        let retry_after = Duration::from_secs(retry_after_s);
        Down::Refused(Refused { code, message: String::new(), retry_after, word })
    }

    /// The least and the most that a thousand draws wait, in seconds.
    fn spread_of(prepare: impl Fn(&mut Backoff), now: Tick, down: &Down) -> (u64, u64) {
        let mut waits: Vec<u64> = (0..1_000)
            .map(|seed| {
                let mut backoff = Backoff::default();
                prepare(&mut backoff);
                let rng = CountingRng::new(seed);
                backoff.down(now, down, &rng).since(now).as_secs()
            })
            .collect();
        waits.sort_unstable();
        (waits[0], waits[999])
    }

    /// R09: the windows double to a minute and stay there.
    #[test]
    fn the_window_doubles_to_a_minute() {
        for (failures, window) in
            [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 60), (99, 60)]
        {
            let prepare = |backoff: &mut Backoff| backoff.failures = failures;
            let (least, most) = spread_of(prepare, at(0), &Down::Lost);
            assert_eq!((least, most), (0, window - 1), "after {failures} failures");
        }
    }

    /// R09: only a link that was up for a minute starts over.
    #[test]
    fn a_link_that_was_up_for_a_minute_starts_over() {
        let rng = CountingRng::new(1);
        for (up_for, failures) in [(59, 6), (60, 1)] {
            let mut backoff = Backoff { failures: 5, ..Backoff::default() };
            backoff.up(at(100), Duration::ZERO);
            backoff.down(at(100 + up_for), &Down::Lost, &rng);
            assert_eq!(backoff.failures, failures, "up for {up_for} s");
        }
    }

    /// R09, R18: ten thousand machines that lose a healthy link at once come back over the time
    /// that the server asked for, at most a twentieth of them in any second.
    #[test]
    fn a_fleet_does_not_come_back_in_one_second() {
        let mut arrivals = BTreeMap::<u64, u32>::new();
        for seed in 0..10_000 {
            let mut backoff = Backoff::default();
            backoff.up(at(0), Duration::from_secs(25));
            let rng = CountingRng::new(seed);
            let next = backoff.down(at(1_000), &Down::Lost, &rng);
            *arrivals.entry(next.as_millis() / 1_000).or_default() += 1;
        }
        let most = arrivals.values().max().unwrap();
        assert!(*most <= 500, "{most} in one second");
        assert_eq!(arrivals.len(), 25);
    }

    /// S59: refused for what it is, a machine waits for minutes, and then tries again.
    #[test]
    fn a_refused_identity_waits_for_minutes_but_not_for_ever() {
        for code in [RefusalCode::Identity, RefusalCode::Deregistered] {
            let down = refused(code, Word::Sealed, 0);
            let (least, most) = spread_of(|_| {}, at(0), &down);
            assert!((300..320).contains(&least) && (880..900).contains(&most), "{least} {most}");
        }
    }

    /// Whoever sits on the way can cut the link, but not make the machine wait after he has gone.
    #[test]
    fn a_refusal_that_anybody_can_make_does_not_hold_for_minutes() {
        let down = refused(RefusalCode::Identity, Word::Anybodys, 0);
        assert_eq!(spread_of(|_| {}, at(0), &down), (0, 0));
    }

    #[test]
    fn what_the_server_asks_for_is_honoured_up_to_an_hour() {
        let busy = refused(RefusalCode::Busy, Word::Sealed, 120);
        assert_eq!(spread_of(|_| {}, at(0), &busy), (120, 149));
        let for_ever = refused(RefusalCode::Busy, Word::Sealed, u64::MAX / 1_000);
        assert_eq!(spread_of(|_| {}, at(0), &for_ever), (3_600, 3_629));
    }

    /// R33: after sleep a machine is back at once, unless the server had sent it away.
    #[test]
    fn waking_up_does_not_wait() {
        let rng = CountingRng::new(3);
        let mut backoff = Backoff { failures: 9, ..Backoff::default() };
        backoff.down(at(0), &Down::Lost, &CountingRng::new(5));
        let soon = backoff.wake(at(1), &rng).unwrap();
        assert!(soon.since(at(1)) < Duration::from_secs(1));

        let down = refused(RefusalCode::Identity, Word::Sealed, 0);
        let next = backoff.down(at(10), &down, &rng);
        assert_eq!(backoff.wake(at(20), &rng), Some(next));
    }

    #[test]
    fn nothing_is_tried_while_a_link_is_up() {
        let rng = CountingRng::new(3);
        let mut backoff = Backoff::default();
        backoff.down(at(0), &Down::Lost, &rng);
        backoff.up(at(1), Duration::ZERO);
        assert_eq!(backoff.next_attempt(), None);
        assert_eq!(backoff.wake(at(2), &rng), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// R09: whatever happens, there is a next attempt, never later than an hour and a minute.
        #[test]
        fn there_is_always_a_next_attempt(
            seed in any::<u64>(),
            ends in prop::collection::vec((0_u64..100, 0..4_u8, any::<u32>()), 1..40),
        ) {
            let rng = CountingRng::new(seed);
            let mut backoff = Backoff::default();
            let mut now = at(0);
            for (up_for_s, end, retry_after_ms) in ends {
                if up_for_s > 50 {
                    backoff.up(now, Duration::from_millis(retry_after_ms.into()));
                }
                now = now + Duration::from_secs(up_for_s);
                let retry_after_s = u64::from(retry_after_ms) / 1_000;
                let down = match end {
                    0 => Down::Lost,
                    1 => refused(RefusalCode::Identity, Word::Sealed, retry_after_s),
                    2 => refused(RefusalCode::Busy, Word::Anybodys, retry_after_s),
                    _ => Down::Silent,
                };
                let next = backoff.down(now, &down, &rng);
                prop_assert!(next >= now);
                prop_assert!(next.since(now) <= RETRY_AFTER_AT_MOST + WIDEST_WINDOW);
                prop_assert_eq!(backoff.next_attempt(), Some(next));
                now = next;
            }
        }
    }
}
