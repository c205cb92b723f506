//! What was written down a moment ago, so that the same, done again and again, fills no log.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{TenantId, Tick};

/// How many different lines are remembered.
const MOST: usize = 4_096;

/// A line as it would be written again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Line {
    /// Whose chain.
    pub tenant: Option<TenantId>,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: &'static str,
    /// To what.
    pub object: String,
    /// With which result.
    pub result: &'static str,
}

/// The lines of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct Repeats(Mutex<HashMap<Line, Seen>>);

#[derive(Debug)]
struct Seen {
    /// Until when the same is not written again.
    until: Tick,
    /// How often it happened since it was written.
    repeated: u64,
}

/// Whether a line is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Yes, and it has happened so often since it was written last.
    Now { repeated: u64 },
    /// It is only counted.
    Already,
    /// So much else is remembered that this cannot be.
    TooMuch,
}

impl Repeats {
    /// Counts a line that was written a moment ago; says of another one that it is to be written,
    /// and takes it for written.
    pub(super) fn tell(&self, line: &Line, now: Tick, again_after: Duration) -> Told {
        let mut seen = self.lock();
        if let Some(known) = seen.get_mut(line) {
            if known.until > now {
                known.repeated += 1;
                return Told::Already;
            }
            let repeated = known.repeated;
            *known = Seen { until: now + again_after, repeated: 0 };
            return Told::Now { repeated };
        }
        if seen.len() >= MOST {
            seen.retain(|_, known| known.until > now || known.repeated > 0);
        }
        if seen.len() >= MOST {
            return Told::TooMuch;
        }
        seen.insert(line.clone(), Seen { until: now + again_after, repeated: 0 });
        Told::Now { repeated: 0 }
    }

    /// Takes a line for one that was not written.
    pub(super) fn forget(&self, line: &Line) {
        self.lock().remove(line);
    }

    /// What has happened again and was not written, with how often. Forgets what is long ago.
    pub(super) fn take(&self, now: Tick) -> Vec<(Line, u64)> {
        let mut seen = self.lock();
        let repeated = |(line, known): (&Line, &mut Seen)| {
            let times = std::mem::take(&mut known.repeated);
            (times > 0).then(|| (line.clone(), times))
        };
        let taken = seen.iter_mut().filter_map(repeated).collect();
        seen.retain(|_, known| known.until > now);
        taken
    }

    // Nothing can panic while it is locked.
    fn lock(&self) -> MutexGuard<'_, HashMap<Line, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn line(object: impl Into<String>) -> Line {
        let (actor, action, result) = ("user:ana".to_owned(), "access.deny", "permission_denied");
        Line { tenant: None, actor, action, object: object.into(), result }
    }

    #[test]
    fn the_same_is_told_once_a_minute_with_how_often_it_was() {
        let (repeats, start) = (Repeats::default(), Tick::from_millis(0));
        assert_eq!(repeats.tell(&line("a"), start, MINUTE), Told::Now { repeated: 0 });
        assert_eq!(repeats.tell(&line("b"), start, MINUTE), Told::Now { repeated: 0 });
        for _ in 0..3 {
            assert_eq!(repeats.tell(&line("a"), start, MINUTE), Told::Already);
        }
        let later = start + MINUTE;
        assert_eq!(repeats.tell(&line("a"), later, MINUTE), Told::Now { repeated: 3 });
        assert_eq!(repeats.tell(&line("a"), later, MINUTE), Told::Already);
        assert_eq!(repeats.take(later), [(line("a"), 1)]);
        assert_eq!(repeats.take(later), []);
    }

    #[test]
    fn what_was_not_written_is_told_again() {
        let (repeats, start) = (Repeats::default(), Tick::from_millis(0));
        repeats.tell(&line("a"), start, MINUTE);
        repeats.forget(&line("a"));
        assert_eq!(repeats.tell(&line("a"), start, MINUTE), Told::Now { repeated: 0 });
    }

    #[test]
    fn only_so_much_is_remembered_and_room_is_made_of_what_is_long_ago() {
        let (repeats, start) = (Repeats::default(), Tick::from_millis(0));
        for number in 0..MOST {
            repeats.tell(&line(number.to_string()), start, MINUTE);
        }
        assert_eq!(repeats.tell(&line("more"), start, MINUTE), Told::TooMuch);
        assert_eq!(repeats.tell(&line("0"), start, MINUTE), Told::Already);
        assert_eq!(repeats.tell(&line("more"), start + MINUTE, MINUTE), Told::Now { repeated: 0 });
    }
}
