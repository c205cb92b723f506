//! `docs/adr`: decisions are numbered from 0001 without gaps, titled by their number, and listed
//! in their index.

use super::{Finding, markdown};
use crate::tree::Tree;

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let decisions: Vec<&str> =
        tree.paths().filter(|path| path.starts_with(FOLDER) && *path != INDEX).collect();
    let listed: Vec<&str> =
        markdown::links(tree.text(INDEX).unwrap_or_default()).into_iter().map(|l| l.1).collect();
    let checked = decisions.iter().zip(1_u32..);
    checked.flat_map(|(path, number)| check_one(tree, path, number, &listed)).collect()
}

fn check_one(tree: &Tree, path: &str, number: u32, listed: &[&str]) -> Vec<Finding> {
    let name = path.trim_start_matches(FOLDER);
    let mut findings = Vec::new();
    if !name.starts_with(&format!("{number:04}-")) {
        findings.push(Finding::new(path, format!("number {number:04} is the next one")));
    }
    let title = tree.text(path).and_then(|text| text.lines().next()).unwrap_or_default();
    if !title.starts_with(&format!("# {number:04} · ")) {
        findings.push(Finding::new(path, format!("begin with `# {number:04} · title`")));
    }
    if !listed.contains(&name) {
        findings.push(Finding::new(path, format!("list it in {INDEX}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: (&str, &str) = ("docs/adr/0001-one.md", "# 0001 · One\n");

    #[test]
    fn decisions_in_order_are_fine() {
        let second = ("docs/adr/0002-two.md", "# 0002 · Two\n");
        let index = (INDEX, "[1](0001-one.md) [2](0002-two.md)\n");
        assert_eq!(check(&Tree::from([FIRST, second, index])), []);
    }

    #[test]
    fn gaps_wrong_titles_and_unlisted_decisions_are_found() {
        let third = ("docs/adr/0003-three.md", "# 0003 · Three\n");
        let index = (INDEX, "[1](0001-one.md)\n");
        let findings = check(&Tree::from([FIRST, third, index]));
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "number 0002 is the next one",
                "begin with `# 0002 · title`",
                "list it in docs/adr/README.md",
            ]
        );
    }
}
