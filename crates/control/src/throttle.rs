//! How long a sign-in must wait after failures (S06): per source, per account from one source, and
//! per account from everywhere. Waits grow with each failure and are bounded; the last kind stays
//! so short that nobody can lock somebody else out by failing in their name.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use model::{Timestamp, UserId};
use store::throttles::Failures;
use store::users::fold_username;

use crate::{ControlPlane, Error};

/// After how long without a failure everything is forgotten.
pub(crate) const FORGET_AFTER: Duration = Duration::from_hours(24);

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Everything from one address.
    Source(IpAddr),
    /// One account from one address.
    AccountFrom(String, IpAddr),
    /// One account from everywhere.
    Account(String),
    /// Codes of one account's second factor from one address.
    CodeFrom(UserId, IpAddr),
    /// Codes of one account's second factor from everywhere. Whoever gives them knows the password,
    /// so this wait is what keeps them from trying all of a million; its owner does not wait for it
    /// where they were let in last.
    Code(UserId),
}

impl Subject {
    /// The three that an attempt to sign in is counted for.
    pub(crate) fn of_sign_in(username: &str, source: IpAddr) -> [Self; 3] {
        let account = fold_username(username);
        [Self::Source(source), Self::AccountFrom(account.clone(), source), Self::Account(account)]
    }

    /// The two that a code is counted for.
    pub(crate) const fn of_code(user: UserId, source: IpAddr) -> [Self; 2] {
        [Self::CodeFrom(user, source), Self::Code(user)]
    }

    /// Failures that cost nothing (people mistype, offices share an address), and the longest
    /// wait.
    const fn rule(&self) -> (u64, Duration) {
        match self {
            Self::Source(_) => (30, Duration::from_mins(15)),
            Self::AccountFrom(..) | Self::CodeFrom(..) => (5, Duration::from_mins(15)),
            Self::Account(_) => (20, Duration::from_secs(10)),
            Self::Code(_) => (20, Duration::from_mins(1)),
        }
    }

    /// The wait after the last of `count` failures: 1 s after the first that is not free,
    /// doubling.
    fn wait_after(&self, count: u64) -> Duration {
        let (free, longest) = self.rule();
        let Some(doublings) = count.checked_sub(free + 1) else { return Duration::ZERO };
        let seconds = 1_u64.checked_shl(u32::try_from(doublings).unwrap_or(u32::MAX));
        seconds.filter(|seconds| *seconds > 0).map_or(longest, Duration::from_secs).min(longest)
    }

    fn remaining(&self, failures: Failures, now: Timestamp) -> Duration {
        let since = now.since(failures.last_at);
        if since >= FORGET_AFTER {
            return Duration::ZERO;
        }
        self.wait_after(failures.count).saturating_sub(since)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => write!(f, "source:{source}"),
            Self::AccountFrom(account, source) => write!(f, "account:{account}@{source}"),
            Self::Account(account) => write!(f, "account:{account}"),
            Self::CodeFrom(user, source) => write!(f, "code:{user}@{source}"),
            Self::Code(user) => write!(f, "code:{user}"),
        }
    }
}

impl ControlPlane {
    /// Refuses while any of the subjects has to wait.
    pub(crate) async fn throttle_check(&self, subjects: &[Subject]) -> Result<(), Error> {
        for subject in subjects {
            let Some(failures) = self.store.throttle(&subject.to_string()).await? else {
                continue;
            };
            let wait = subject.remaining(failures, self.now());
            if !wait.is_zero() {
                let seconds = wait.as_secs() + 1;
                let message = format!("too many failed attempts; try again in {seconds} s");
                return Err(Error::throttled(message, seconds));
            }
        }
        Ok(())
    }

    /// Counts a failure of all subjects.
    pub(crate) async fn throttle_count(&self, subjects: &[Subject]) -> Result<(), Error> {
        let now = self.now();
        let subjects: Vec<String> = subjects.iter().map(Subject::to_string).collect();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for subject in &subjects {
                        tx.throttle_count(subject, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn waits_grow_and_are_bounded() {
        let subject = Subject::AccountFrom("ana".to_owned(), HERE);
        let waits: Vec<u64> = (0..=8).map(|count| subject.wait_after(count).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 1, 2, 4]);
        for count in [100, u64::MAX] {
            assert_eq!(subject.wait_after(count), Duration::from_mins(15));
        }
    }

    /// S06: whoever fails in another's name costs them seconds, not their account.
    #[test]
    fn failures_from_elsewhere_never_lock_an_account() {
        assert_eq!(Subject::Account("ana".to_owned()).wait_after(1_000_000).as_secs(), 10);
    }

    #[test]
    fn a_day_without_failure_forgives_everything() {
        let failures = Failures { count: 1_000, last_at: Timestamp::from_millis(0) };
        let subject = Subject::Source(HERE);
        assert!(!subject.remaining(failures, Timestamp::from_millis(1)).is_zero());
        assert!(subject.remaining(failures, Timestamp::default() + FORGET_AFTER).is_zero());
    }
}
