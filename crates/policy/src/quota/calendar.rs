//! Days and months of UTC, in which quotas are counted.

use model::Timestamp;
use model::quota::QuotaPeriod;

const DAY_MS: i64 = 86_400_000;

/// The day and the month of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Days since the Unix epoch.
    pub day: i64,
    /// Months since the Unix epoch.
    pub month: i64,
}

impl Windows {
    /// Those of a moment.
    pub fn of(at: Timestamp) -> Self {
        let day = at.as_millis().div_euclid(DAY_MS);
        Self { day, month: month_of(day) }
    }

    /// Whether a moment in the other windows lies in the same period.
    pub const fn shares(self, period: QuotaPeriod, other: Self) -> bool {
        match period {
            QuotaPeriod::Day => self.day == other.day,
            QuotaPeriod::Month => self.month == other.month,
            QuotaPeriod::Total => true,
        }
    }

    /// When a period began; `None` for the one without a beginning.
    pub fn began(self, period: QuotaPeriod) -> Option<Timestamp> {
        let day = match period {
            QuotaPeriod::Day => self.day,
            QuotaPeriod::Month => first_day(self.month),
            QuotaPeriod::Total => return None,
        };
        Some(Timestamp::from_millis(day.saturating_mul(DAY_MS)))
    }

    /// When a period ends and the next one begins; `None` for the one without an end.
    pub fn ends(self, period: QuotaPeriod) -> Option<Timestamp> {
        Self { day: self.day + 1, month: self.month + 1 }.began(period)
    }
}

/// The Gregorian calendar, counted from March so that the leap day is a year's last: within
/// 400 years, of 146097 days, the lengths of months repeat every 153 days.
fn month_of(day: i64) -> i64 {
    let (era, of_era) = since_march(day);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    // March of the year 0 lies 23638 months before January 1970.
    (era * 400 + year) * 12 + from_march - 23_638
}

/// The first day of a month.
fn first_day(month: i64) -> i64 {
    let from_march = month + 23_638;
    let (years, month) = (from_march.div_euclid(12), from_march.rem_euclid(12));
    let (era, year) = (years.div_euclid(400), years.rem_euclid(400));
    let of_year = (153 * month + 2) / 5;
    era * 146_097 + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

fn since_march(day: i64) -> (i64, i64) {
    // The first of March of the year 0 lies so many days before the epoch.
    let day = day + 719_468;
    (day.div_euclid(146_097), day.rem_euclid(146_097))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(day: i64, month: i64) {
        assert_eq!(Windows::of(Timestamp::from_millis(day * DAY_MS)).month, month, "{day}");
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        check(-1, -1);
        check(0, 0);
        check(30, 0);
        check(31, 1);
        check(59, 2);
        // 29 February and 1 March 2000.
        check(11_016, 361);
        check(11_017, 362);
        // 30 November and 1 December 2026.
        check(20_787, 682);
        check(20_788, 683);
    }

    #[test]
    fn every_day_of_four_centuries_is_in_the_month_that_began_last() {
        let mut began = first_day(month_of(0));
        for day in 0..146_097 {
            let first = first_day(month_of(day));
            assert!(first == began || first == day, "{day}");
            began = first;
            let length = first_day(month_of(day) + 1) - first;
            assert!((28..=31).contains(&length) && day - first < length, "{day}");
        }
    }

    #[test]
    fn a_period_ends_where_the_next_begins() {
        let noon = Windows::of(Timestamp::from_millis(DAY_MS / 2));
        let at = |period| (noon.began(period), noon.ends(period));
        let day = |day| Some(Timestamp::from_millis(day * DAY_MS));
        assert_eq!(at(QuotaPeriod::Day), (day(0), day(1)));
        assert_eq!(at(QuotaPeriod::Month), (day(0), day(31)));
        assert_eq!(at(QuotaPeriod::Total), (None, None));
    }
}
