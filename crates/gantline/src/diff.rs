//! Changes of files, drawn line by line.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::escape;
use crate::paint::Paint;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// How long may be thought about the smallest change; after that a larger one is drawn.
const THINK_FOR: Duration = Duration::from_millis(200);

/// A change of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileChange<'a> {
    pub path: &'a str,
    /// `None` where the file is new.
    pub old: Option<&'a str>,
    pub new: &'a str,
}

/// A change, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// The path, and how many lines come and go.
    pub heading: String,
    /// The lines.
    pub lines: Vec<String>,
}

/// Draws a change.
pub(crate) fn draw(change: FileChange<'_>, paint: Paint) -> Drawn {
    let diff = TextDiff::configure()
        .timeout(THINK_FOR)
        .diff_lines(change.old.unwrap_or_default(), change.new);
    let (mut added, mut removed) = (0, 0);
    for one in diff.iter_all_changes() {
        match one.tag() {
            ChangeTag::Insert => added += 1,
            ChangeTag::Delete => removed += 1,
            ChangeTag::Equal => {}
        }
    }
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(paint.dim("  ⋮"));
        }
        for operation in group {
            for one in diff.iter_changes(operation) {
                let number = one.new_index().or(one.old_index()).unwrap_or(0) + 1;
                lines.push(line(one.tag(), number, one.value(), paint));
            }
        }
    }
    let counts =
        format!("{} {}", paint.green(format!("+{added}")), paint.red(format!("-{removed}")));
    let path = escape::line(change.path);
    Drawn { heading: format!("{} {counts}", paint.bold(path)), lines }
}

fn line(tag: ChangeTag, number: usize, text: &str, paint: Paint) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = escape::text(text.strip_suffix('\r').unwrap_or(text));
    let number = paint.dim(format!("{number:>5} "));
    match tag {
        ChangeTag::Insert => format!("{number}{}", paint.green(format!("+ {text}"))),
        ChangeTag::Delete => format!("{number}{}", paint.red(format!("- {text}"))),
        ChangeTag::Equal => format!("{number}  {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(old: Option<&str>, new: &str) -> Drawn {
        draw(FileChange { path: "src/a.rs", old, new }, Paint::Plain)
    }

    #[test]
    fn a_change_shows_what_comes_and_goes_with_its_surroundings() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = old.replace("5\n", "five\n5b\n");
        let change = drawn(Some(old), &new);
        assert_eq!(change.heading, "src/a.rs +2 -1");
        insta::assert_snapshot!(change.lines.join("\n"), @r"
        2   2
        3   3
        4   4
        5 - 5
        5 + five
        6 + 5b
        7   6
        8   7
        9   8
        ");
    }

    #[test]
    fn a_new_file_is_all_new() {
        let change = drawn(None, "a\nb");
        assert_eq!(change.heading, "src/a.rs +2 -0");
        assert_eq!(change.lines, ["    1 + a", "    2 + b"]);
        assert_eq!(drawn(Some("a\n"), "a\n").lines, Vec::<String>::new());
    }

    #[test]
    fn changes_that_are_far_apart_are_drawn_apart() {
        let old: String = (0..40).map(|n| format!("<{n}>")).collect::<Vec<_>>().join("\n");
        let new = old.replace("<2>", "two").replace("<30>", "thirty");
        let lines = drawn(Some(&old), &new).lines;
        assert!(lines.iter().any(|line| line == "  ⋮"), "{lines:?}");
        assert!(lines.len() < 40);
    }

    /// S103: a file's text cannot draw over the change that is shown.
    #[test]
    fn control_sequences_in_files_are_shown() {
        let lines = drawn(None, "\x1b[1A\x1b[2Khidden\r\n").lines;
        assert_eq!(lines, ["    1 + \\u{1b}[1A\\u{1b}[2Khidden"]);
    }
}
