//! Just enough Markdown to follow links: which documents are ours, their links, their headings.

use crate::tree::Tree;

/// Our documents: Markdown that people read, not what tests feed to programs.
pub(super) fn documents(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.texts(&["md"]).filter(|(path, _)| !super::lengths::is_test(path))
}

/// Targets of the links of a document, each with its line from 0.
pub(super) fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        for part in outside_code(line) {
            let inline = part.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            found.extend(inline.filter_map(target).map(|target| (number, target)));
            found.extend(definition(part).map(|target| (number, target)));
        }
    }
    found
}

/// The anchors that headings make, as the usual renderers do.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let plain = anchor(title.trim());
        let same = anchors.iter().filter(|other| **other == plain).count();
        anchors.push(if same == 0 { plain } else { format!("{plain}-{same}") });
    }
    anchors
}

/// Where a relative link leads, as a path from the root; `None` where it leaves the repository.
pub(super) fn resolve(document: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Lines outside fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    })
}

/// The parts of a line that are not between backticks.
fn outside_code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').step_by(2)
}

/// The address of `address "title"`; `None` for an empty one.
fn target(inside: &str) -> Option<&str> {
    inside.split_whitespace().next()
}

/// The address of `[name]: address`.
fn definition(line: &str) -> Option<&str> {
    let (_, address) = line.strip_prefix('[')?.split_once("]: ")?;
    target(address)
}

fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code() {
        let text = "See [a](a.md) and [b](b.md#x \"t\").\n```\n[c](c.md)\n```\n`[d](d.md)`\n\
                    [e]: e.md\n";
        assert_eq!(links(text), [(0, "a.md"), (0, "b.md#x"), (5, "e.md")]);
    }

    #[test]
    fn headings_make_anchors() {
        let text = "# Gantline: the *design*\n## 1. What it is\n### Words\n### Words\n#no\n";
        assert_eq!(anchors(text), ["gantline-the-design", "1-what-it-is", "words", "words-1"]);
        assert_eq!(anchors("## 快速开始 `up`"), ["快速开始-up"]);
    }

    #[test]
    fn relative_links_resolve_inside_the_repository() {
        assert_eq!(
            resolve("docs/adr/0001-a.md", "../api-design.md"),
            Some("docs/api-design.md".into())
        );
        assert_eq!(resolve("README.md", "./docs/"), Some("docs".into()));
        assert_eq!(resolve("README.md", "../elsewhere"), None);
    }
}
