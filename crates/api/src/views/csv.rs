//! Tables as comma-separated values (RFC 4180).

use contract::audit::AuditView;
use contract::usage::UsageSummary;

/// Usage, a line for each group.
pub fn usage(summary: &UsageSummary) -> String {
    let head = [
        summary.by.as_str(),
        "name",
        "calls",
        "estimated_calls",
        "input_tokens",
        "cache_read_tokens",
        "cache_write_tokens",
        "output_tokens",
        "reasoning_tokens",
        "total_tokens",
        "cost_usd",
        "cost_is_assumed",
    ];
    let mut text = line(head.map(ToOwned::to_owned));
    for group in &summary.groups {
        let (totals, tokens) = (&group.totals, &group.totals.tokens);
        text.push_str(&line([
            cell(&group.key),
            cell(&group.name),
            totals.calls.to_string(),
            totals.estimated_calls.to_string(),
            tokens.input.to_string(),
            tokens.cache_read.to_string(),
            tokens.cache_write.to_string(),
            tokens.output.to_string(),
            tokens.reasoning.to_string(),
            totals.total_tokens.to_string(),
            format!("{:.9}", totals.cost_usd),
            totals.cost_is_assumed.to_string(),
        ]));
    }
    text
}

/// The first line of the audit log.
pub fn audit_head() -> String {
    let head = ["position", "id", "at", "actor", "action", "object", "result", "facts", "hash"];
    line(head.map(ToOwned::to_owned))
}

/// A line of the audit log.
pub fn audit(record: &AuditView) -> String {
    line([
        record.position.to_string(),
        record.id.to_string(),
        record.at.to_string(),
        cell(&record.actor),
        cell(&record.action),
        cell(&record.object),
        cell(&record.result),
        cell(record.facts.get()),
        record.hash.clone(),
    ])
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    format!("{}\r\n", cells.join(","))
}

/// A text as a cell. Names are given by people and models are named by agents: one that a
/// spreadsheet would take for a formula gets an apostrophe before it, and control characters are
/// left out.
fn cell(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '=', '+', '-', '@']);
    let text = if is_formula { format!("'{text}") } else { text };
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("gpt-5.5", "\"gpt-5.5\""),
            ("", "\"\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'=1\""),
            (" =1", "\"' =1\""),
            ("\r\n=1", "\"'=1\""),
            ("=1", "\"'=1\""),
            ("a,b\n\"c\"", "\"a,b\"\"c\"\"\""),
            ("机器", "\"机器\""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }
}
