//! The shares of a quota at which people are told that it comes to an end.

use model::quota::Account;
use model::words;

use super::{Allowances, Crossed, Spent};

words! {
    /// A share of a quota.
    pub enum Line as "line" {
        /// Four fifths are spent.
        Eighty = "80",
        /// Nearly all is spent.
        NinetyFive = "95",
        /// All is spent, or more.
        Full = "100",
    }
}

impl Line {
    /// The share, in percent.
    pub const fn percent(self) -> u8 {
        match self {
            Self::Eighty => 80,
            Self::NinetyFive => 95,
            Self::Full => 100,
        }
    }
}

/// The highest line that was reached.
pub fn reached(spent: u64, limit: u64) -> Option<Line> {
    let is_reached =
        |line: &&Line| u128::from(spent) * 100 >= u128::from(limit) * u128::from(line.percent());
    Line::ALL.iter().rev().find(is_reached).copied()
}

/// The lines that an account has come over.
pub(super) fn crossed(
    before: &Spent,
    after: &Spent,
    account: &Account,
    allowances: &Allowances,
) -> Vec<Crossed> {
    let quotas = allowances.of(account, after.windows);
    let crossed = quotas.filter_map(|(quota, limit)| {
        let line = |spent: &Spent| reached(spent.within(quota.period).of(quota.measure), limit);
        let is_new = line(after) > line(before);
        let line = line(after).filter(|_| is_new)?;
        Some(Crossed { quota: quota.id, account: account.clone(), line })
    });
    crossed.collect()
}
