//! How money, and what else is counted, is shown.

use std::fmt::Display;

use model::NanoUsd;
use model::quota::QuotaMeasure;

use crate::words::Words;

/// An amount in dollars; `~` before it where a price was assumed because nobody knows it.
pub(crate) fn dollars(dollars: f64, is_assumed: bool) -> String {
    let amount = NanoUsd::from_dollars(dollars).unwrap_or_default();
    if is_assumed { format!("~{amount}") } else { amount.to_string() }
}

/// An amount of what a quota counts, with its unit.
pub(crate) fn amount(measure: QuotaMeasure, amount: f64, words: &dyn Words) -> String {
    match measure {
        QuotaMeasure::Cost => dollars(amount, false),
        QuotaMeasure::Tokens => words.so_many_tokens(&grouped(amount)),
        QuotaMeasure::Requests => words.so_many_calls(&grouped(amount)),
    }
}

/// A whole number with its thousands apart.
pub(crate) fn grouped(number: impl Display) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (amount, expect) in
            [(0.0, "0"), (999.0, "999"), (1_000.0, "1,000"), (1_234_567.0, "1,234,567")]
        {
            assert_eq!(grouped(amount), expect);
        }
    }
}
