//! Which files are written by programs: those that `.gitattributes` marks `linguist-generated`.

use crate::tree::Tree;

/// Patterns of `.gitattributes` with the mark.
pub(super) fn patterns(tree: &Tree) -> Vec<&str> {
    let text = tree.text(".gitattributes").unwrap_or_default();
    let marked = text.lines().filter(|line| !line.starts_with('#'));
    marked
        .filter_map(|line| line.split_once(char::is_whitespace))
        .filter(|(_, attributes)| {
            attributes.split_whitespace().any(|attribute| attribute == "linguist-generated")
        })
        .map(|(pattern, _)| pattern)
        .collect()
}

/// Whether one of the patterns covers the path. Three forms are enough for us: a path, everything
/// below a directory (`dir/**`), and a file name with one `*`.
pub(super) fn covers(patterns: &[&str], path: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    if let Some(directory) = pattern.strip_suffix("**") {
        return path.starts_with(directory);
    }
    if pattern.contains('/') {
        return pattern.trim_start_matches('/') == path;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    match pattern.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_patterns_cover() {
        let attributes = "* text=auto\n*.snap linguist-generated\nconsole/src/api/** \
                          linguist-generated -diff\ndocs/layers.md linguist-generated\n";
        let tree = Tree::from([(".gitattributes", attributes)]);
        let patterns = patterns(&tree);
        for path in ["a/b/c.snap", "console/src/api/types.ts", "docs/layers.md"] {
            assert!(covers(&patterns, path), "{path}");
        }
        for path in ["a/b/c.rs", "console/src/app.ts", "layers.md"] {
            assert!(!covers(&patterns, path), "{path}");
        }
    }
}
