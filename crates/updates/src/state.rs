//! What is decided about programs: which one runs, which one is to be tried.

use std::time::Duration;

use model::Timestamp;
use release::Version;
use serde::{Deserialize, Serialize};

/// How long a release that failed here is not tried again unless somebody at this computer asks.
const FAILED_FOR: Duration = Duration::from_hours(24);

/// How often a release may fail here before only somebody at this computer can have it tried again.
const MAX_FAILURES: u32 = 3;

/// Of how many releases it is remembered that they failed; the oldest is forgotten.
const MAX_FAILED: usize = 8;

/// What is decided about programs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The folder of the program that runs instead of the installed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// The folder of the one that ran before it; `None` if that was the installed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is to be tried at the next start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// What became of the last trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Outcome>,
    /// The highest number of a signing key of which something was kept.
    #[serde(default)]
    pub highest_serial: u64,
    /// What failed here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
}

/// A program that is to be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Its folder.
    pub folder: String,
    /// Which release it is.
    pub version: Version,
    /// Which release ran when it was taken.
    pub from: Version,
    /// The number of the key that signed it.
    pub serial: u64,
    /// Whether it was started. What is found so at a start has been interrupted.
    #[serde(default)]
    pub begun: bool,
}

/// What became of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which release ran before.
    pub from: Version,
    /// Which one was tried.
    pub to: Version,
    /// When that was decided.
    pub at: Timestamp,
    /// How it ended.
    pub result: Result,
    /// Whether the server knows.
    #[serde(default)]
    pub told: bool,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Result {
    /// It does what it should, and is kept.
    Kept,
    /// It does not; what ran before runs again.
    Undone {
        /// Why.
        reason: String,
    },
}

/// A release that failed here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The folder in which it was.
    pub folder: String,
    /// How often.
    pub times: u32,
    /// When it did last.
    pub at: Timestamp,
}

impl Outcome {
    /// That was decided now, and nobody knows yet.
    pub(crate) fn new(from: Version, to: Version, result: Result, now: Timestamp) -> Self {
        Self { from, to, at: now, result, told: false }
    }
}

impl State {
    /// Whether a release that failed here may be tried again without anybody here having asked.
    pub fn may_try(&self, folder: &str, now: Timestamp) -> bool {
        let failed = self.failed.iter().find(|failed| failed.folder == folder);
        failed
            .is_none_or(|failed| failed.times < MAX_FAILURES && now.since(failed.at) >= FAILED_FOR)
    }

    /// The trial is over and the program is kept.
    pub(crate) fn keep(&mut self, now: Timestamp) {
        let Some(Trial { folder, version: to, from, serial, .. }) = self.trial.take() else {
            return;
        };
        self.failed.retain(|failed| failed.folder != folder);
        self.before = self.chosen.replace(folder);
        self.highest_serial = self.highest_serial.max(serial);
        self.last = Some(Outcome::new(from, to, Result::Kept, now));
    }

    /// The trial is over and what ran before runs again.
    pub(crate) fn undo(&mut self, reason: String, now: Timestamp) {
        let Some(Trial { folder, version: to, from, .. }) = self.trial.take() else { return };
        let known = self.failed.iter().position(|failed| failed.folder == folder);
        let times = known.map_or(0, |index| self.failed.remove(index).times) + 1;
        if self.failed.len() == MAX_FAILED {
            self.failed.remove(0);
        }
        self.failed.push(Failed { folder, times, at: now });
        self.last = Some(Outcome::new(from, to, Result::Undone { reason }, now));
    }

    /// The folders that are still needed.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &String> {
        let tried = self.trial.as_ref().map(|trial| &trial.folder);
        self.chosen.iter().chain(&self.before).chain(tried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn tried(state: &mut State) {
        let version = |text: &str| text.parse().unwrap();
        let (version, from) = (version("0.2.0"), version("0.1.0"));
        let folder = "0.2.0-a".to_owned();
        state.trial = Some(Trial { folder, version, from, serial: 1, begun: true });
    }

    /// R05: what failed is not tried over and over, and not given up because of one bad moment.
    #[test]
    fn what_failed_is_tried_again_tomorrow_and_not_for_ever() {
        let mut state = State::default();
        for day in 0..3 {
            let now = Timestamp::from_millis(day * 25 * HOUR_MS);
            assert!(state.may_try("0.2.0-a", now));
            tried(&mut state);
            state.undo("no link".to_owned(), now);
            assert!(!state.may_try("0.2.0-a", now + Duration::from_hours(23)));
            assert!(state.may_try("0.2.1-b", now));
        }
        assert!(!state.may_try("0.2.0-a", Timestamp::from_millis(1_000 * HOUR_MS)));
        tried(&mut state);
        state.keep(Timestamp::from_millis(0));
        assert!(state.failed.is_empty() && state.chosen.as_deref() == Some("0.2.0-a"));
    }
}
