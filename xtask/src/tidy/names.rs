//! Names of types and functions: no empty nouns, none of the words that the glossary gave up.

use super::Finding;
use crate::tree::Tree;

/// Endings that say nothing: what is it that manages, helps or handles?
const EMPTY_ENDINGS: &[&str] =
    &["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Handler"];

/// Words with another word in their place, as parts of a type's name.
const GIVEN_UP: &[(&str, &str)] = &[
    ("Approval", "PermissionRequest"),
    ("Backend", "Server or Adapter"),
    ("Broker", "Relay"),
    ("Dashboard", "Console"),
    ("Device", "Machine"),
    ("Executor", "Agent or Adapter"),
    ("Harness", "Adapter"),
    ("Pairing", "Enrolment"),
    ("Principal", "Actor"),
    ("Registration", "Enrolment"),
    ("Spool", "Journal"),
    ("Tunnel", "Link"),
];

const KEYWORDS: &[&str] =
    &["struct ", "enum ", "trait ", "type ", "union ", "class ", "interface "];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let files = tree.texts(&["rs", "ts", "tsx"]).filter(|(path, _)| !path.contains("/fixtures/"));
    files.flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let judged = lines.filter_map(|(number, line)| {
        let declaration = without_visibility(line.trim_start());
        let verdict = getter(declaration).or_else(|| type_name(declaration).and_then(judge))?;
        Some(Finding::at(path, number, verdict))
    });
    judged.collect()
}

fn without_visibility(line: &str) -> &str {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some(rest) = line.strip_prefix("pub") else { return line };
    let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |r| r.1);
    rest.trim_start()
}

fn getter(declaration: &str) -> Option<String> {
    let qualifiers = ["const ", "async ", "unsafe "];
    let bare = qualifiers.iter().fold(declaration, |line, q| line.strip_prefix(q).unwrap_or(line));
    let name = bare.strip_prefix("fn get_")?;
    let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    Some(format!("fn get_{name}: call it {name}"))
}

fn type_name(declaration: &str) -> Option<&str> {
    let rest = KEYWORDS.iter().find_map(|keyword| declaration.strip_prefix(keyword))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end])
}

fn judge(name: &str) -> Option<String> {
    if let Some(ending) = EMPTY_ENDINGS.iter().find(|ending| name.ends_with(**ending)) {
        return Some(format!("{name}: {ending} says nothing; name what it is"));
    }
    let (word, instead) = GIVEN_UP.iter().find(|(word, _)| has_part(name, word))?;
    Some(format!("{name}: the word here is {instead}, not {word}"))
}

/// Whether a name in camel case has the word as one of its parts.
fn has_part(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(start, _)| {
        !name[start + word.len()..].starts_with(|next: char| next.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, expect: Option<&str>) {
        let findings = check(&Tree::from([("crates/a/src/lib.rs", line)]));
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect.into_iter().collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn empty_nouns_are_found() {
        check_line(
            "pub(crate) struct SessionManager {",
            Some("SessionManager: Manager says nothing; name what it is"),
        );
        check_line(
            "export type KeyHelper = {",
            Some("KeyHelper: Helper says nothing; name what it is"),
        );
    }

    #[test]
    fn words_that_were_given_up_are_found() {
        check_line(
            "pub enum DeviceState {",
            Some("DeviceState: the word here is Machine, not Device"),
        );
        check_line("trait TunnelIo {}", Some("TunnelIo: the word here is Link, not Tunnel"));
    }

    #[test]
    fn getters_are_named_by_what_they_give() {
        check_line("    pub const fn get_name(&self) -> &str {", Some("fn get_name: call it name"));
        check_line("    pub fn name(&self) -> &str {", None);
        check_line("fn getter() {}", None);
    }

    #[test]
    fn our_nouns_are_fine() {
        check_line("pub struct Relay {", None);
        check_line("pub struct GitHubUrl;", None);
        check_line("/// A SessionManager is what we do not have.", None);
        check_line("enum Machines {", None);
    }
}
