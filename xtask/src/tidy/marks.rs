//! Marks of unfinished work: words that stand for something to be done, tests switched off, and files
//! that tools left for somebody to decide about.

use super::Finding;
use crate::tree::Tree;

const EXTENSIONS: &[&str] =
    &["rs", "ts", "tsx", "js", "mjs", "css", "html", "sh", "ps1", "toml", "sql", "py"];

/// Words, taken apart so that this file does not hold them.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), "XXX", concat!("HA", "CK")];

/// Macros that stand for code.
const MACROS: &[&str] = &[concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("db", "g!")];

/// Tests switched off without a word, or all others switched off.
const SWITCHED: &[&str] = &[
    concat!("#[ign", "ore]"),
    concat!("it.on", "ly("),
    concat!("test.on", "ly("),
    concat!("describe.on", "ly("),
    concat!("it.sk", "ip("),
    concat!("test.sk", "ip("),
    concat!("describe.sk", "ip("),
];

/// What files are called whose contents somebody was to accept, merge or throw away.
const UNDECIDED: &[&str] = &[".snap.new", ".pending-snap", ".orig", ".rej"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let own = "xtask/src/tidy/marks.rs";
    let files = tree.texts(EXTENSIONS).filter(|(path, _)| *path != own);
    let marks = files.flat_map(|(path, text)| check_file(path, text));
    marks.chain(tree.paths().filter_map(check_path)).collect()
}

fn check_path(path: &str) -> Option<Finding> {
    let end = UNDECIDED.iter().find(|end| path.ends_with(**end))?;
    Some(Finding::new(path, format!("{end}: look at it, take what is right, and remove it")))
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let text = if let Some(mark) = mark(line) {
                format!("{mark}: finish it, or write it down where work is planned")
            } else {
                let switched = SWITCHED.iter().find(|form| line.contains(**form))?;
                format!("{switched}: give the reason (`#[ignore = \"…\"]`), or run the test")
            };
            Some(Finding::at(path, number, text))
        })
        .collect()
}

fn mark(line: &str) -> Option<&'static str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let stands_alone = |mark: &&&'static str| {
        line.match_indices(**mark).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            let after = line[start + mark.len()..].chars().next();
            !before.is_some_and(is_word) && (mark.ends_with('!') || !after.is_some_and(is_word))
        })
    };
    WORDS.iter().chain(MACROS).find(stands_alone).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, finds: usize) {
        let tree = Tree::from([("crates/a/src/lib.rs", line)]);
        assert_eq!(check(&tree).len(), finds, "{line}");
    }

    #[test]
    fn unfinished_work_is_found() {
        for word in WORDS {
            check_line(&format!("// {word}: later"), 1);
            check_line(&format!("let x = 1; // {word}(ada) later"), 1);
        }
        for name in MACROS {
            check_line(&format!("    {name}(\"later\")"), 1);
        }
        for form in SWITCHED {
            check_line(&format!("    {form}"), 1);
        }
    }

    #[test]
    fn words_that_only_look_like_marks_are_not() {
        check_line("let directory = mktemp(\"gantline-XXXXXX\");", 0);
        check_line("#[ignore = \"needs a disk that can be cut off\"]", 0);
        check_line("let mastodons = 2; // a todo list of the agent", 0);
    }

    #[test]
    fn files_that_wait_for_a_decision_are_found() {
        let tree = Tree::from([("a/b.snap.new", ""), ("a/c.rs.orig", ""), ("a/d.snap", "")]);
        assert_eq!(check(&tree).len(), 2);
    }

    #[test]
    fn documents_may_speak_of_such_words() {
        let text = format!("No {} in sources.", WORDS[0]);
        assert_eq!(check(&Tree::from([("CONTRIBUTING.md", text.as_str())])), []);
    }
}
