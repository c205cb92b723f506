//! Guides nobody can find: each is linked from a page that people start from.

use super::{Finding, markdown};
use crate::tree::Tree;

/// Pages from which every guide can be reached.
const STARTS: &[&str] = &["CONTRIBUTING.md", "ARCHITECTURE.md"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let linked: Vec<String> = STARTS
        .iter()
        .filter_map(|start| Some((start, tree.text(start)?)))
        .flat_map(|(start, text)| {
            let links = markdown::links(text).into_iter();
            links.filter_map(|(_, link)| markdown::resolve(start, link))
        })
        .collect();
    tree.paths()
        .filter(|path| path.starts_with("docs/guides/"))
        .filter(|path| !linked.iter().any(|link| link == path))
        .map(|path| Finding::new(path, format!("link it from {}", STARTS.join(" or "))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_must_be_linked() {
        let guide = ("docs/guides/add-a-check.md", "# Add a check\n");
        let link = ("CONTRIBUTING.md", "[Add a check](docs/guides/add-a-check.md)\n");
        assert_eq!(check(&Tree::from([guide, link])), []);
        let findings = check(&Tree::from([guide, ("CONTRIBUTING.md", "Nothing here.\n")]));
        assert_eq!(findings[0].place, "docs/guides/add-a-check.md");
    }
}
