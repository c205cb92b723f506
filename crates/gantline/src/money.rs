//! How money is shown.

use model::NanoUsd;

/// An amount in dollars; `~` before it where a price was assumed because nobody knows it.
pub(crate) fn dollars(dollars: f64, is_assumed: bool) -> String {
    let amount = NanoUsd::from_dollars(dollars).unwrap_or_default();
    if is_assumed { format!("~{amount}") } else { amount.to_string() }
}
