//! What kind of line it is, as soon as its beginning tells.

use super::inline::Extent;

/// What kind of line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    /// A horizontal rule.
    Rule,
    /// A row of a table.
    Row,
    /// The beginning of code.
    Fence {
        fence: String,
        info: String,
    },
    /// `skip` is how much of the line stands before its text, in each of these.
    Heading {
        skip: usize,
    },
    Quote {
        skip: usize,
    },
    Item {
        indent: usize,
        marker: String,
        skip: usize,
    },
    Text {
        indent: usize,
    },
}

/// `None` while more of the line is needed to tell.
pub(super) fn kind(line: &str, extent: Extent) -> Option<LineKind> {
    let rest = line.trim_start_matches([' ', '\t']);
    let indent = line.len() - rest.len();
    let text = Some(LineKind::Text { indent });
    let Some(first) = rest.chars().next() else {
        return (extent == Extent::Whole).then_some(LineKind::Blank);
    };
    let more = |otherwise: Option<LineKind>| match extent {
        Extent::Part => None,
        Extent::Whole => otherwise,
    };
    match first {
        '#' => match rest.trim_start_matches('#') {
            "" => more(text),
            after if after.starts_with(' ') && rest.len() - after.len() <= 6 => {
                Some(LineKind::Heading { skip: line.len() - after.len() + 1 })
            }
            _ => text,
        },
        '>' if rest.len() == 1 => more(Some(LineKind::Quote { skip: line.len() })),
        '>' => {
            let skip = indent + if rest.starts_with("> ") { 2 } else { 1 };
            Some(LineKind::Quote { skip })
        }
        '`' | '~' => {
            let after = rest.trim_start_matches(first);
            match rest.len() - after.len() {
                length if length >= 3 => more(Some(fence(&rest[..length], after))),
                _ if after.is_empty() => more(text),
                _ => text,
            }
        }
        '-' | '*' | '_' if rest.chars().all(|c| c == first || c == ' ') => {
            let is_rule = rest.matches(first).count() >= 3;
            match item(rest, indent) {
                _ if is_rule => more(Some(LineKind::Rule)),
                Some(item) if extent == Extent::Whole => Some(item),
                _ => more(text),
            }
        }
        '-' | '*' | '+' => item(rest, indent).or(if rest.len() == 1 { more(text) } else { text }),
        '0'..='9' => match rest.trim_start_matches(|c: char| c.is_ascii_digit()) {
            "" | "." | ")" => more(text),
            _ => number(rest, indent).or(text),
        },
        '|' => more(Some(LineKind::Row)),
        _ => text,
    }
}

/// Whether a line ends the code that a fence began.
pub(super) fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.len() >= fence.len() && line.starts_with(fence) && line.chars().all(|c| fence.contains(c))
}

fn fence(fence: &str, info: &str) -> LineKind {
    LineKind::Fence { fence: fence.to_owned(), info: info.trim().to_owned() }
}

fn item(rest: &str, indent: usize) -> Option<LineKind> {
    let after = rest.get(1..)?;
    (after.starts_with(' ') && rest.starts_with(['-', '*', '+'])).then(|| LineKind::Item {
        indent,
        marker: "•".to_owned(),
        skip: indent + 2,
    })
}

fn number(rest: &str, indent: usize) -> Option<LineKind> {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = rest.len() - after.len();
    let is_item = digits <= 9 && (after.starts_with(". ") || after.starts_with(") "));
    is_item.then(|| LineKind::Item {
        indent,
        marker: rest[..=digits].to_owned(),
        skip: indent + digits + 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: LineKind) {
        assert_eq!(kind(line, Extent::Whole), Some(expect), "{line:?}");
    }

    fn item_of(indent: usize, marker: &str, skip: usize) -> LineKind {
        LineKind::Item { indent, marker: marker.to_owned(), skip }
    }

    #[test]
    fn lines_are_told_apart() {
        check("", LineKind::Blank);
        check("  ", LineKind::Blank);
        check("plain", LineKind::Text { indent: 0 });
        check("## Two", LineKind::Heading { skip: 3 });
        check("#hashtag", LineKind::Text { indent: 0 });
        check("> said", LineKind::Quote { skip: 2 });
        check("- one", item_of(0, "•", 2));
        check("  * two", item_of(2, "•", 4));
        check("12. twelve", item_of(0, "12.", 4));
        check("2026 was", LineKind::Text { indent: 0 });
        check("---", LineKind::Rule);
        check("* * *", LineKind::Rule);
        check("**bold**", LineKind::Text { indent: 0 });
        check("-5 degrees", LineKind::Text { indent: 0 });
        check("| a | b |", LineKind::Row);
        check("```rust", LineKind::Fence { fence: "```".to_owned(), info: "rust".to_owned() });
        check("``code``", LineKind::Text { indent: 0 });
    }

    #[test]
    fn a_beginning_that_may_become_anything_waits() {
        for beginning in
            ["", "#", "##", "-", "--", "---", "*", "**", "1", "1.", "`", "```", "|", ">"]
        {
            assert_eq!(kind(beginning, Extent::Part), None, "{beginning:?}");
        }
        for beginning in ["a", "# ", "- x", "1. ", "**b", "> ", "-x", "1x", "`c"] {
            assert!(kind(beginning, Extent::Part).is_some(), "{beginning:?}");
        }
    }

    #[test]
    fn code_ends_with_a_fence_at_least_as_long() {
        assert!(closes("```", "```") && closes("  ````", "```"));
        assert!(!closes("``", "```") && !closes("```rust", "```") && !closes("~~~", "```"));
    }
}
