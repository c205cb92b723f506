//! The tables of claims inside `docs/threat-model.md`, `docs/reliability.md` and
//! `docs/gateway-pitfalls.md`: each with the tests that prove it, or plainly without, or not
//! offered at all.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use super::region;
use crate::claims::{self, Claims, Group, Proof};
use crate::tree::Tree;

pub(super) const THREAT_MODEL: &str = "docs/threat-model.md";
pub(super) const RELIABILITY: &str = "docs/reliability.md";
pub(super) const PITFALLS: &str = "docs/gateway-pitfalls.md";

pub(super) fn make(tree: &Tree, output: &str) -> Result<String> {
    let page = tree.text(output).with_context(|| format!("{output} is missing"))?;
    let claims = Claims::read(tree)?;
    let proofs = claims::proofs(tree);
    let mut tables = String::new();
    let groups = claims.groups.iter().filter(|group| format!("docs/{}.md", group.page) == output);
    for group in groups {
        write!(tables, "\n### {}\n\n| No. | Claim | Proven by |\n|---|---|---|\n", group.title)?;
        rows(&mut tables, group, &claims, &proofs)?;
    }
    tables.push('\n');
    region::replace(page, &tables)
}

fn rows(tables: &mut String, group: &Group, claims: &Claims, proofs: &[Proof]) -> Result<()> {
    for (number, claim) in &group.claims {
        let mut shown: Vec<String> = proofs
            .iter()
            .filter(|proof| proof.number == number)
            .map(|proof| format!("[{}](../{})", words(proof.test), proof.path))
            .collect();
        shown.dedup();
        let refused = claims.not_offered.get(number);
        ensure!(refused.is_none() || shown.is_empty(), "{number} is not offered, and proven");
        let mut cell = match refused {
            Some(why) => format!("not offered: {why}"),
            None if shown.is_empty() => "planned".to_owned(),
            None => shown.join("; "),
        };
        if let Some(missing) = claims.missing.get(number) {
            write!(cell, " ({missing})")?;
        }
        writeln!(tables, "| {number} | {claim} | {cell} |")?;
    }
    Ok(())
}

/// A test's name as people read it: `%j` is where the console's name of a test has its case.
fn words(test: &str) -> String {
    test.replace('_', " ").replace("%j", "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_proven_by_its_tests_or_planned_or_not_offered() {
        let claims = "[[group]]\npage = 'reliability'\ntitle = 'The link'\n\
                      claims = [['R09', 'Spread'], ['R10', 'Noticed'], ['R11', 'Signed']]\n\
                      [missing]\nR09 = 'so far by hand'\n\
                      [not_offered]\nR11 = 'nobody asked'\n";
        let page = region::replace(
            "# R\n<!-- written by `cargo xtask gen` -->\n\
             <!-- end of what is written by `cargo xtask gen` -->\n",
            "",
        )
        .unwrap();
        let test = "/// R09: windows double.\n#[test]\nfn windows_double() {}\n";
        let tree = Tree::from([
            (claims::PATH, claims),
            (RELIABILITY, page.as_str()),
            ("crates/link/src/backoff.rs", test),
        ]);
        let made = make(&tree, RELIABILITY).unwrap();
        let rows: Vec<&str> = made.lines().filter(|line| line.starts_with("| R")).collect();
        assert_eq!(
            rows,
            [
                "| R09 | Spread | [windows double](../crates/link/src/backoff.rs) (so far by hand) |",
                "| R10 | Noticed | planned |",
                "| R11 | Signed | not offered: nobody asked |",
            ]
        );
    }
}
