//! The table, for people (as Markdown, so that it can be kept) and for programs.

use std::fmt::Write as _;

use anyhow::Result;
use clap::ValueEnum;
use comfy_table::{Table, presets};

use crate::row::{Amount, Bound, Row, Verdict};

/// How the table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table.
    Text,
    /// A list of objects.
    Json,
}

/// Writes the table.
pub(crate) fn render(rows: &[Row], format: Format) -> Result<String> {
    match format {
        Format::Text => Ok(text(rows)),
        Format::Json => Ok(serde_json::to_string_pretty(rows)?),
    }
}

fn text(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["measure", "ours", "peer or limit", "ratio", "holds?"]);
    for row in rows {
        table.add_row([
            row.measure.clone(),
            row.ours.map(shown).unwrap_or_default(),
            against(row),
            ratio(row),
            verdict(&row.verdict),
        ]);
    }
    table.to_string()
}

fn against(row: &Row) -> String {
    let against = row.against.as_ref();
    against.map(|other| format!("{} {}", other.name, shown(other.amount))).unwrap_or_default()
}

/// The ratio, and what is promised of it where that is another one than 1.
fn ratio(row: &Row) -> String {
    let mut text = row.ratio.map(plain).unwrap_or_default();
    let promised = match row.promised {
        Some(Bound::AtLeast(bound)) => Some(("≥", bound)),
        Some(Bound::AtMost(bound)) => Some(("≤", bound)),
        None => None,
    };
    if let Some((sign, bound)) = promised.filter(|(_, bound)| (bound - 1.0).abs() > f64::EPSILON) {
        // Writing to a string does not fail.
        let _ = write!(text, " ({sign} {})", plain(bound));
    }
    text
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds => "yes".to_owned(),
        Verdict::Missed => "NO".to_owned(),
        Verdict::Shown => "–".to_owned(),
        Verdict::NotMeasured(reason) => format!("not measured: {reason}"),
    }
}

fn shown(amount: Amount) -> String {
    format!("{} {}", plain(amount.number), amount.unit.as_str())
}

/// Three digits or all before the point.
fn plain(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Unit;

    #[test]
    fn the_table_says_what_holds_and_what_does_not() {
        let rows = [
            Row::at_most("key echo", Unit::Milliseconds.of(1.234), 10.0),
            Row::beside("calls", Unit::PerSecond.of(30_123.4), "direct", 90_000.0)
                .promised(Bound::AtLeast(0.5)),
            Row::not_measured("bulk", "there is no ttyd"),
        ];
        let text = text(&rows);
        let lines: Vec<Vec<&str>> = text
            .lines()
            .skip(2)
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert_eq!(lines[0], ["key echo", "1.23 ms", "limit 10.0 ms", "0.12", "yes"]);
        let calls = ["calls", "30123 /s", "direct 90000 /s", "0.33 (≥ 0.50)", "NO"];
        assert_eq!(lines[1], calls);
        assert_eq!(lines[2], ["bulk", "", "", "", "not measured: there is no ttyd"]);
    }

    #[test]
    fn programs_get_the_numbers_whole() {
        let row = Row::at_most("key echo", Unit::Milliseconds.of(1.234), 10.0);
        let json = render(&[row], Format::Json).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value[0]["ours"], serde_json::json!({ "number": 1.234, "unit": "ms" }));
        assert_eq!(value[0]["verdict"], "holds");
        assert_eq!(value[0]["promised"], serde_json::json!({ "at_most": 1.0 }));
    }
}
