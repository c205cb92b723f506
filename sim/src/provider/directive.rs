//! What stands in double brackets.

use std::time::Duration;

use super::fault::{self, Fault};

/// More pieces than this are not said, however many are asked for.
const MAX_PIECES: usize = 100_000;

/// One thing that the user wants the model to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive {
    Write {
        path: String,
        content: String,
    },
    Run {
        command: String,
    },
    Say {
        text: String,
    },
    Slow {
        pieces: usize,
        every: Duration,
    },
    Fault(Fault),
    /// Fails only the first time that this is asked.
    FaultOnce(Fault),
}

/// Every directive of a text, in order. What is in brackets but is none is left alone.
pub(super) fn read_all(text: &str) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("[[") {
        let Some((inside, behind)) = after.split_once("]]") else { break };
        match read(inside) {
            Some(directive) => {
                directives.push(directive);
                rest = behind;
            }
            None => rest = after,
        }
    }
    directives
}

/// The text without its directives.
pub(super) fn strip(text: &str) -> String {
    let mut stripped = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        stripped.push_str(before);
        rest = after.split_once("]]").map_or("", |(_, behind)| behind);
    }
    stripped.push_str(rest);
    stripped.trim().to_owned()
}

fn read(inside: &str) -> Option<Directive> {
    let (word, rest) = inside.trim().split_once(' ')?;
    let rest = rest.trim();
    match word {
        "write" => {
            let (path, content) = rest.split_once(' ').unwrap_or((rest, ""));
            let content = content.replace("\\n", "\n");
            Some(Directive::Write { path: path.to_owned(), content })
        }
        "run" => Some(Directive::Run { command: rest.to_owned() }),
        "say" => Some(Directive::Say { text: rest.replace("\\n", "\n") }),
        "slow" => {
            let (pieces, every) = rest.split_once(' ')?;
            let pieces = pieces.parse::<usize>().ok()?.min(MAX_PIECES);
            Some(Directive::Slow { pieces, every: fault::milliseconds(every.trim())? })
        }
        "fault" => match rest.strip_prefix("once ") {
            Some(rest) => Fault::read(rest).map(Directive::FaultOnce),
            None => Fault::read(rest).map(Directive::Fault),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Cut;

    #[test]
    fn directives_are_read_in_order_from_any_text() {
        let text = "please [[write a/b.txt one\\ntwo  three]] then\n[[run ls -l | wc]] [[say hi]]";
        assert_eq!(
            read_all(text),
            [
                Directive::Write { path: "a/b.txt".into(), content: "one\ntwo  three".into() },
                Directive::Run { command: "ls -l | wc".into() },
                Directive::Say { text: "hi".into() },
            ]
        );
        assert_eq!(strip(text), "please  then");
        assert_eq!(
            read_all("[[slow 3 20 ms]] [[slow 3 20ms]] [[fault cut 2 reset]] [[fault once hang]]"),
            [
                Directive::Slow { pieces: 3, every: Duration::from_millis(20) },
                Directive::Fault(Fault::Cut { after_events: 2, how: Cut::Reset }),
                Directive::FaultOnce(Fault::Hang),
            ]
        );
    }

    #[test]
    fn every_fault_has_a_spelling() {
        for text in [
            "status 503",
            "status 429 retry-after 3",
            "cut 0 clean",
            "cut 1 torn",
            "endless-line",
            "drip 5ms",
            "hang",
            "silent 2",
            "crlf-headers",
            "huge-headers",
            "echo-key",
            "echo-key-in-stream",
            "gzip",
            "redirect",
            "no-usage",
            "cookies",
        ] {
            assert_eq!(read_all(&format!("[[fault {text}]]")).len(), 1, "{text}");
        }
    }

    #[test]
    fn other_brackets_are_left_alone() {
        for text in [
            "[[x]]",
            "[[unknown word]]",
            "a[[0]] = b[[1]]",
            "[[write",
            "[[slow x y]]",
            "[[fault no]]",
        ] {
            assert_eq!(read_all(text), [], "{text}");
        }
        assert_eq!(read_all("[[x [[say hi]]").len(), 1);
    }
}
