//! `docs/adr`: each decision has a number of its own, is titled by it, and listed in the index. A
//! number may be missing: work that is under way has taken it.

use std::collections::BTreeSet;

use super::{Finding, markdown};
use crate::tree::Tree;

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let decisions: Vec<&str> =
        tree.paths().filter(|path| path.starts_with(FOLDER) && *path != INDEX).collect();
    let listed: Vec<&str> =
        markdown::links(tree.text(INDEX).unwrap_or_default()).into_iter().map(|l| l.1).collect();
    let mut taken = BTreeSet::new();
    decisions.iter().flat_map(|path| check_one(tree, path, &listed, &mut taken)).collect()
}

fn check_one<'a>(
    tree: &Tree,
    path: &'a str,
    listed: &[&str],
    taken: &mut BTreeSet<&'a str>,
) -> Vec<Finding> {
    let name = path.trim_start_matches(FOLDER);
    let number = name.split('-').next().filter(|number| {
        number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && *number != "0000"
    });
    let Some(number) = number else {
        return vec![Finding::new(path, "begin its name with a number of four digits".to_owned())];
    };
    let mut findings = Vec::new();
    if !taken.insert(number) {
        findings.push(Finding::new(path, format!("number {number} is taken")));
    }
    let title = tree.text(path).and_then(|text| text.lines().next()).unwrap_or_default();
    if !title.starts_with(&format!("# {number} · ")) {
        findings.push(Finding::new(path, format!("begin with `# {number} · title`")));
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
    fn a_number_may_be_missing() {
        let third = ("docs/adr/0003-three.md", "# 0003 · Three\n");
        let index = (INDEX, "[1](0001-one.md) [3](0003-three.md)\n");
        assert_eq!(check(&Tree::from([FIRST, third, index])), []);
    }

    #[test]
    fn numbers_taken_twice_wrong_titles_and_unlisted_decisions_are_found() {
        let again = ("docs/adr/0001-two.md", "# 0002 · Two\n");
        let unnumbered = ("docs/adr/three.md", "# Three\n");
        let index = (INDEX, "[1](0001-one.md)\n");
        let findings = check(&Tree::from([FIRST, again, unnumbered, index]));
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "number 0001 is taken",
                "begin with `# 0001 · title`",
                "list it in docs/adr/README.md",
                "begin its name with a number of four digits",
            ]
        );
    }
}
