//! Money, and what models cost.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use crate::provider::ProviderName;
use crate::usage::TokenCounts;
use crate::{PriceId, TenantId, Timestamp, UserId, words};

/// Money: billionths of a US dollar. Sums stop at the largest value instead of wrapping.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct NanoUsd(u64);

impl NanoUsd {
    /// How many make a dollar.
    pub const PER_DOLLAR: u64 = 1_000_000_000;

    /// From billionths of a dollar.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// From dollars, rounded to the nearest billionth; `None` for what is negative, no number, or
    /// more than a billion.
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        (0.0..=1e9).contains(&dollars).then(|| Self((dollars * 1e9).round() as u64))
    }

    /// Billionths of a dollar.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Dollars, for people and for JSON.
    #[expect(clippy::cast_precision_loss, reason = "exact up to nine million dollars")]
    pub fn as_dollars(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Add for NanoUsd {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, more: Self) {
        *self = *self + more;
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for NanoUsd {
    /// Dollars with as many digits as it takes to see something: `$12.34`, `$0.0042`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.0 == 0 || self.0 >= Self::PER_DOLLAR / 10 { 2 } else { 6 };
        f.pad(&format!("${:.digits$}", self.as_dollars()))
    }
}

/// What a million tokens of each class cost, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Prompt tokens that a cache had no part in.
    pub input: u64,
    /// Prompt tokens read from a cache.
    pub cache_read: u64,
    /// Prompt tokens written to a cache, for less than an hour.
    pub cache_write: u64,
    /// Prompt tokens written to a cache for an hour.
    pub cache_write_1h: u64,
    /// Generated tokens.
    pub output: u64,
}

impl Rates {
    /// What tokens cost, rounded up to a billionth of a dollar.
    pub fn cost(&self, tokens: &TokenCounts) -> NanoUsd {
        let hour = tokens.cache_write_1h.min(tokens.cache_write);
        let classes = [
            (tokens.input, self.input),
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write - hour, self.cache_write),
            (hour, self.cache_write_1h),
            (tokens.output, self.output),
        ];
        // A token at a millionth of a dollar a million is a millionth of a millionth of a dollar.
        let picos = classes.iter().map(|(count, rate)| u128::from(*count) * u128::from(*rate));
        NanoUsd(u64::try_from(picos.sum::<u128>().div_ceil(1_000)).unwrap_or(u64::MAX))
    }

    /// What a prompt and an answer of these sizes cost at the most, whatever a cache does.
    pub fn ceiling(&self, input: u64, output: u64) -> NanoUsd {
        let dearest =
            self.input.max(self.cache_read).max(self.cache_write).max(self.cache_write_1h);
        let rates = Self { input: dearest, ..*self };
        rates.cost(&TokenCounts { input, output, ..TokenCounts::default() })
    }
}

words! {
    /// Where a price comes from.
    pub enum PriceSource as "price source" {
        /// The table that this release carries.
        Table = "table",
        /// What an administrator has said.
        Override = "override",
        /// Nobody knows what the model costs; a high price is assumed.
        Assumed = "assumed",
    }
}

/// What an attempt cost, and by which price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// How much.
    pub amount: NanoUsd,
    /// Where the price comes from.
    pub source: PriceSource,
    /// Which one of there: the table's day, or when the administrator said so, in milliseconds
    /// since the Unix epoch.
    pub version: Cow<'static, str>,
}

/// What a tenant says that a model costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceOverride {
    /// Identifier.
    pub id: PriceId,
    /// Whose word it is.
    pub tenant: TenantId,
    /// Whose model it is.
    pub provider: ProviderName,
    /// The model as it is asked for; `*` for all of the provider's whose price nobody knows.
    pub model: String,
    /// The price.
    pub rates: Rates,
    /// Who said so.
    pub changed_by: UserId,
    /// When.
    pub changed_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        input: 3_000_000,
        cache_read: 300_000,
        cache_write: 3_750_000,
        cache_write_1h: 6_000_000,
        output: 15_000_000,
    };

    #[test]
    fn each_class_has_its_price() {
        let million = 1_000_000;
        let tokens = TokenCounts {
            input: million,
            cache_read: million,
            cache_write: 2 * million,
            cache_write_1h: million,
            output: million,
            reasoning: million,
        };
        let dollars = 3.0 + 0.3 + 3.75 + 6.0 + 15.0;
        assert_eq!(Some(RATES.cost(&tokens)), NanoUsd::from_dollars(dollars));
    }

    #[test]
    fn what_costs_something_is_never_rounded_to_nothing() {
        let cheap = Rates { input: 1, cache_read: 1, cache_write: 1, cache_write_1h: 1, output: 1 };
        let one = TokenCounts { input: 1, ..TokenCounts::default() };
        assert_eq!(cheap.cost(&one), NanoUsd::from_nanos(1));
    }

    #[test]
    fn no_number_of_tokens_overflows() {
        let most = TokenCounts { input: u64::MAX, output: u64::MAX, ..TokenCounts::default() };
        assert_eq!(RATES.cost(&most), NanoUsd::from_nanos(u64::MAX));
    }

    #[test]
    fn the_ceiling_holds_whatever_the_cache_does() {
        let written = TokenCounts {
            cache_write: 1_000,
            cache_write_1h: 1_000,
            output: 10,
            ..TokenCounts::default()
        };
        assert!(RATES.cost(&written) <= RATES.ceiling(1_000, 10));
    }

    #[test]
    fn money_is_shown_with_the_digits_that_matter() {
        assert_eq!(NanoUsd::from_dollars(12.345).unwrap().to_string(), "$12.35");
        assert_eq!(NanoUsd::from_dollars(0.0042).unwrap().to_string(), "$0.004200");
        assert_eq!(NanoUsd::default().to_string(), "$0.00");
        assert_eq!(NanoUsd::from_dollars(-1.0), None);
        assert_eq!(NanoUsd::from_dollars(f64::NAN), None);
    }
}
