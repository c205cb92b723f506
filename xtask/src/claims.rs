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
    /// From the number of what is not offered to the document that says why.
    #[serde(default)]
    pub(crate) not_offered: BTreeMap<String, String>,
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
    /// The test's name: its function's, or what the console calls it.
    pub(crate) test: &'a str,
    /// Where it is.
    pub(crate) path: &'a str,
    /// The line of the comment, from 0.
    pub(crate) line: usize,
}

/// Every proof, by path and line: those in Rust, then the console's.
pub(crate) fn proofs(tree: &Tree) -> Vec<Proof<'_>> {
    let rust = tree.texts(&["rs"]).flat_map(|(path, text)| RUST.proofs(path, text));
    let console = tree.texts(&["ts", "tsx"]);
    rust.chain(console.flat_map(|(path, text)| TYPE_SCRIPT.proofs(path, text))).collect()
}

/// How tests are written in a language.
struct Language {
    /// How a doc comment begins.
    comment: &'static str,
    /// What the test below a doc comment is called, if there is one.
    test_below: fn(&str) -> Option<&str>,
}

const RUST: Language = Language { comment: "/// ", test_below: function_below };

const TYPE_SCRIPT: Language = Language { comment: "/** ", test_below: title_below };

impl Language {
    fn proofs<'a>(&self, path: &'a str, text: &'a str) -> Vec<Proof<'a>> {
        let mut proofs = Vec::new();
        for (line, (start, head)) in lines(text).enumerate() {
            let Some(numbers) = head.strip_prefix(self.comment).and_then(numbers) else { continue };
            let Some(test) = (self.test_below)(&text[start..]) else { continue };
            proofs.extend(numbers.into_iter().map(|number| Proof { number, test, path, line }));
        }
        proofs
    }
}

/// Each line without what it is indented by, and where in the text it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line.trim()))
    })
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

/// The function below a doc comment of Rust, if it is a test.
fn function_below(text: &str) -> Option<&str> {
    let is_head = |line: &&str| line.starts_with("///") || line.starts_with("#[");
    let mut below = text.lines().map(str::trim_start).skip_while(|line| line.starts_with("///"));
    below.clone().take_while(is_head).find(|line| line.contains("test"))?;
    let declaration = below.find(|line| !is_head(line))?;
    let name = declaration.strip_prefix("async ").unwrap_or(declaration).strip_prefix("fn ")?;
    name.split('(').next()
}

/// What the test below a doc comment of TypeScript is called, if there is one. Of a table of cases
/// it stands behind the table.
fn title_below(text: &str) -> Option<&str> {
    let (_, below) = text.split_once("*/")?;
    let below = below.trim_start();
    let arguments = match below.strip_prefix("test.each(") {
        Some(table) => table.split_once(")(")?.1,
        None => below.strip_prefix("test(")?,
    };
    arguments.trim_start().strip_prefix('"')?.split('"').next()
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

    const CONSOLE: &str = r#"
/** What people have tried (S27). */
const PAYLOADS = ["a"];

/** S27: not a test, but it speaks like one. */
export function render(): void {}

/** S28, S29: a name is text,
 * whatever stands in it. */
test("hostile names are text", async () => {});

/** S30: hidden characters are seen. */
test.each([
  ["a", "b"],
])(
  "%j is seen",
  () => {},
);
"#;

    #[test]
    fn the_consoles_tests_prove_too() {
        let tree = Tree::from([("console/src/a.test.tsx", CONSOLE)]);
        let found: Vec<(&str, &str, usize)> =
            proofs(&tree).iter().map(|proof| (proof.number, proof.test, proof.line)).collect();
        let names = "hostile names are text";
        assert_eq!(found, [("S28", names, 7), ("S29", names, 7), ("S30", "%j is seen", 11)]);
    }
}
