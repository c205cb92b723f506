//! Links between our documents: the file and the heading exist.

use super::{Finding, markdown};
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = markdown::documents(tree);
    documents.flat_map(|(path, text)| check_document(tree, path, text)).collect()
}

fn check_document(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let links = markdown::links(text).into_iter();
    let inside = links.filter(|(_, link)| !link.contains("://") && !link.starts_with("mailto:"));
    inside
        .filter_map(|(line, link)| {
            let problem = problem(tree, path, link)?;
            Some(Finding::at(path, line, format!("{link}: {problem}")))
        })
        .collect()
}

fn problem(tree: &Tree, document: &str, link: &str) -> Option<&'static str> {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(f, a)| (f, Some(a)));
    let target = if file.is_empty() {
        document.to_owned()
    } else {
        match markdown::resolve(document, file) {
            Some(target) => target,
            None => return Some("leads out of the repository"),
        }
    };
    if !tree.holds(&target) {
        return Some("there is no such file");
    }
    let anchor = anchor?;
    let is_document = target.rsplit_once('.').is_some_and(|(_, extension)| extension == "md");
    let anchors = markdown::anchors(tree.text(&target).unwrap_or_default());
    let missing = is_document && !anchors.iter().any(|known| known == anchor);
    missing.then_some("there is no such heading")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_link(link: &str, expect: Option<&str>) {
        let text = format!("# Title\n\nSee [it]({link}).\n");
        let tree = Tree::from([
            ("docs/page.md", text.as_str()),
            ("docs/other.md", "# Other\n## A heading\n"),
            ("LICENSE", "Apache"),
        ]);
        let findings = check(&tree);
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        for link in [
            "other.md",
            "other.md#a-heading",
            "../LICENSE",
            "#title",
            "../docs/",
            "https://example.com/gone.md",
        ] {
            check_link(link, None);
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        check_link("gone.md", Some("gone.md: there is no such file"));
        check_link("other.md#gone", Some("other.md#gone: there is no such heading"));
        check_link("#gone", Some("#gone: there is no such heading"));
        check_link("../../etc", Some("../../etc: leads out of the repository"));
    }
}
