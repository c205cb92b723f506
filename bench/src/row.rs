//! One line of the table: what ours comes to, against a peer or a limit.

use serde::Serialize;

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// What is measured.
    pub(crate) measure: String,
    /// What ours comes to.
    pub(crate) ours: Option<Amount>,
    /// What it is held against.
    pub(crate) against: Option<Against>,
    /// Ours in parts of the other.
    pub(crate) ratio: Option<f64>,
    /// The ratio that is promised.
    pub(crate) promised: Option<Bound>,
    /// Whether that is kept.
    pub(crate) verdict: Verdict,
}

/// A peer, or a limit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Against {
    /// Its name.
    pub(crate) name: String,
    /// What it comes to.
    pub(crate) amount: Amount,
}

/// A number and what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Amount {
    /// How many.
    pub(crate) number: f64,
    /// Of what.
    pub(crate) unit: Unit,
}

/// What numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Unit {
    /// Thousandths of a second.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Millionths of a second.
    #[serde(rename = "us")]
    Microseconds,
    /// Million bytes in a second.
    #[serde(rename = "MB/s")]
    MegabytesPerSecond,
    /// Answers in a second.
    #[serde(rename = "1/s")]
    PerSecond,
    /// 1024 bytes.
    #[serde(rename = "KiB")]
    Kibibytes,
    /// Thousand bytes.
    #[serde(rename = "kB")]
    Kilobytes,
    /// Million bytes.
    #[serde(rename = "MB")]
    Megabytes,
    /// Hundredths.
    #[serde(rename = "%")]
    Percent,
}

/// How a ratio is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    /// It does not exceed this.
    AtMost(f64),
    /// It reaches this.
    AtLeast(f64),
}

/// Whether a promise is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is.
    Holds,
    /// It is not.
    Missed,
    /// Nothing is promised; the number is for comparison.
    Shown,
    /// There is no number, and this is why.
    NotMeasured(String),
}

impl Row {
    /// A number that must not exceed a limit in the same unit.
    pub(crate) fn at_most(measure: &str, ours: Amount, limit: f64) -> Self {
        Self::beside(measure, ours, "limit", limit).promised(Bound::AtMost(1.0))
    }

    /// A number that must reach a limit in the same unit.
    pub(crate) fn at_least(measure: &str, ours: Amount, limit: f64) -> Self {
        Self::beside(measure, ours, "at least", limit).promised(Bound::AtLeast(1.0))
    }

    /// A number beside another one in the same unit.
    pub(crate) fn beside(measure: &str, ours: Amount, name: &str, other: f64) -> Self {
        let amount = Amount { number: other, unit: ours.unit };
        Self {
            ratio: Some(ours.number / other),
            against: Some(Against { name: name.to_owned(), amount }),
            ..Self::alone(measure, ours)
        }
    }

    /// A number by itself.
    pub(crate) fn alone(measure: &str, ours: Amount) -> Self {
        Self {
            measure: measure.to_owned(),
            ours: Some(ours),
            against: None,
            ratio: None,
            promised: None,
            verdict: Verdict::Shown,
        }
    }

    /// A number that was promised to be held against another one that there is not.
    pub(crate) fn unopposed(measure: &str, ours: Amount, reason: &str) -> Self {
        let verdict = Verdict::NotMeasured(reason.to_owned());
        Self { verdict, ..Self::alone(measure, ours) }
    }

    /// No number.
    pub(crate) fn not_measured(measure: &str, reason: impl Into<String>) -> Self {
        Self {
            measure: measure.to_owned(),
            ours: None,
            against: None,
            ratio: None,
            promised: None,
            verdict: Verdict::NotMeasured(reason.into()),
        }
    }

    /// The same with a promise about its ratio.
    pub(crate) fn promised(self, bound: Bound) -> Self {
        let holds = match (bound, self.ratio) {
            (Bound::AtMost(most), Some(ratio)) => ratio <= most,
            (Bound::AtLeast(least), Some(ratio)) => ratio >= least,
            (_, None) => false,
        };
        let verdict = if holds { Verdict::Holds } else { Verdict::Missed };
        Self { promised: Some(bound), verdict, ..self }
    }

    /// Whether nothing speaks against it.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Holds | Verdict::Shown)
    }
}

impl Unit {
    /// So many of it.
    pub(crate) const fn of(self, number: f64) -> Amount {
        Amount { number, unit: self }
    }

    /// As it is printed.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::MegabytesPerSecond => "MB/s",
            Self::PerSecond => "/s",
            Self::Kibibytes => "KiB",
            Self::Kilobytes => "kB",
            Self::Megabytes => "MB",
            Self::Percent => "%",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_kept_up_to_themselves() {
        let ms = |number| Unit::Milliseconds.of(number);
        assert_eq!(Row::at_most("echo", ms(10.0), 10.0).verdict, Verdict::Holds);
        assert_eq!(Row::at_most("echo", ms(10.1), 10.0).verdict, Verdict::Missed);
        let rate = |number| Unit::MegabytesPerSecond.of(number);
        assert_eq!(Row::at_least("bulk", rate(20.0), 20.0).verdict, Verdict::Holds);
        assert_eq!(Row::at_least("bulk", rate(19.9), 20.0).verdict, Verdict::Missed);
    }

    #[test]
    fn what_is_no_number_keeps_no_promise() {
        let nothing = Unit::Milliseconds.of(f64::NAN);
        assert!(!Row::at_most("echo", nothing, 10.0).is_good());
        assert!(!Row::at_least("bulk", nothing, 20.0).is_good());
        assert!(!Row::not_measured("echo", "there is no ttyd").is_good());
        assert!(Row::alone("size", nothing).is_good());
    }

    #[test]
    fn a_ratio_is_ours_in_parts_of_the_other() {
        let row = Row::beside("calls", Unit::PerSecond.of(30.0), "direct", 100.0);
        assert_eq!(row.ratio, Some(0.3));
        assert!(row.clone().promised(Bound::AtLeast(0.25)).is_good());
        assert!(!row.promised(Bound::AtLeast(0.5)).is_good());
    }
}
