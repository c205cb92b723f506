//! `docs/claims.toml`: what the project claims, and which tests name which claim.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::tree::Tree;

/// Where the file lies.
pub(crate) const PATH: &str = "docs/claims.toml";

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    /// In the order in which people read them.
    #[serde(rename = "group")]
    pub(crate) groups: Vec<Group>,
    /// From a claim's number to what its tests do not show yet.
    #[serde(default)]
    pub(crate) missing: BTreeMap<String, String>,
}

/// Claims about one thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// The document that lists them, below `docs`, without its extension.
    pub(crate) page: String,
    /// For people.
    pub(crate) title: String,
    /// Number and sentence.
    pub(crate) claims: Vec<(String, String)>,
}

impl Claims {
    /// Reads the file from the tree.
    pub(crate) fn read(tree: &Tree) -> Result<Self> {
        let text = tree.text(PATH).with_context(|| format!("{PATH} is missing"))?;
        toml::from_str(text).with_context(|| format!("failed to read {PATH}"))
    }

    /// Whether there is a claim of that number.
    pub(crate) fn has(&self, number: &str) -> bool {
        self.groups.iter().flat_map(|group| &group.claims).any(|(known, _)| known == number)
    }
}

/// A test that names a claim at the beginning of its doc comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proof<'a> {
    /// Such as `S52`.
    pub(crate) number: &'a str,
    /// The test's name.
    pub(crate) test: &'a str,
    /// Where it is.
    pub(crate) path: &'a str,
    /// The line of the comment, from 0.
    pub(crate) line: usize,
}

/// Every proof, by path and line.
pub(crate) fn proofs(tree: &Tree) -> Vec<Proof<'_>> {
    tree.texts(&["rs"]).flat_map(|(path, text)| proofs_of(path, text)).collect()
}

fn proofs_of<'a>(path: &'a str, text: &'a str) -> Vec<Proof<'a>> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let mut proofs = Vec::new();
    for (line, comment) in lines.iter().enumerate() {
        let Some(numbers) = comment.strip_prefix("/// ").and_then(numbers) else { continue };
        let Some(test) = test_below(&lines[line..]) else { continue };
        proofs.extend(numbers.into_iter().map(|number| Proof { number, test, path, line }));
    }
    proofs
}

/// `S09, S10: …` names two claims.
fn numbers(comment: &str) -> Option<Vec<&str>> {
    let (head, _) = comment.split_once(':')?;
    let numbers: Vec<&str> = head.split(", ").collect();
    numbers.iter().all(|number| is_number(number)).then_some(numbers)
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['S', 'R', 'P']).unwrap_or_default();
    digits.len() >= 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The function below a doc comment, if it is a test.
fn test_below<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let head: Vec<&&str> =
        lines.iter().take_while(|line| line.starts_with("///") || line.starts_with("#[")).collect();
    let is_test = |line: &&&str| line.starts_with("#[") && line.contains("test");
    head.iter().copied().find(is_test)?;
    let declaration = lines.get(head.len())?;
    let name = declaration.strip_prefix("async ").unwrap_or(declaration).strip_prefix("fn ")?;
    name.split('(').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "
        /// Consumes a token; of many at once one succeeds (S52).
        fn consume() {}

        /// S51: not a test, but it speaks like one.
        fn speak() {}

        /// S52, S53: of fifty redemptions
        /// at once one succeeds.
        #[tokio::test(flavor = \"multi_thread\")]
        async fn one_of_fifty_succeeds() {}

        /// R09: windows double.
        #[test]
        fn windows_double() {}
    ";

    #[test]
    fn only_tests_that_begin_with_a_number_are_proofs() {
        let tree = Tree::from([("crates/store/src/tests.rs", SOURCE)]);
        let found: Vec<(&str, &str)> =
            proofs(&tree).iter().map(|proof| (proof.number, proof.test)).collect();
        let fifty = "one_of_fifty_succeeds";
        assert_eq!(found, [("S52", fifty), ("S53", fifty), ("R09", "windows_double")]);
    }
}
