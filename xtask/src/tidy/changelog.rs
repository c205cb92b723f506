//! The changelog keeps an open section at its top.

use super::Finding;
use crate::tree::Tree;

const PATH: &str = "CHANGELOG.md";
const OPEN: &str = "## [Unreleased]";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let text = tree.text(PATH).unwrap_or_default();
    let first_section = text.lines().find(|line| line.starts_with("## "));
    if first_section == Some(OPEN) {
        return Vec::new();
    }
    vec![Finding::new(PATH, format!("the first section must be `{OPEN}`"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_section_comes_first() {
        let good = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n";
        assert_eq!(check(&Tree::from([(PATH, good)])), []);
        for bad in ["# Changelog\n\n## [0.1.0]\n\n## [Unreleased]\n", "# Changelog\n"] {
            assert_eq!(check(&Tree::from([(PATH, bad)])).len(), 1);
        }
    }
}
