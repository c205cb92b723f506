//! The files under version control, read once.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::repository::Repository;
use crate::shell::Shell;

/// Every file that is committed or would be: path from the root, with `/`, and contents.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads the working tree: what is committed, and what is neither committed nor ignored.
    pub(crate) fn read(repository: &Repository) -> Result<Self> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Shell::on_screen(repository).stdout_of("git", &arguments)?;
        let mut tree = Self::default();
        for path in listed.split_terminator('\0') {
            let absolute = repository.path(path);
            // Deleted but not yet committed, or a link to something else.
            if !absolute.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                continue;
            }
            let bytes =
                std::fs::read(&absolute).with_context(|| format!("failed to read {path}"))?;
            tree.files.insert(path.to_owned(), bytes);
        }
        Ok(tree)
    }

    /// Every path, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a file, or a directory with files in it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let inside = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(inside.clone()..)
                .next()
                .is_some_and(|(next, _)| next.starts_with(&inside))
    }

    /// The file's size.
    pub(crate) fn size_bytes(&self, path: &str) -> Option<usize> {
        self.files.get(path).map(Vec::len)
    }

    /// The file as text; `None` where it does not exist or is not UTF-8.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Every text file whose name ends in one of the given extensions.
    pub(crate) fn texts<'a>(
        &'a self,
        extensions: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.paths()
            .filter(|path| {
                let extension = Path::new(path).extension().and_then(|part| part.to_str());
                extension.is_some_and(|extension| extensions.contains(&extension))
            })
            .filter_map(|path| Some((path, self.text(path)?)))
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Tree {
    fn from(files: [(&str, &str); N]) -> Self {
        let own = |(path, text): (&str, &str)| (path.to_owned(), text.as_bytes().to_vec());
        Self { files: files.into_iter().map(own).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_held_through_their_files() {
        let tree = Tree::from([("docs/adr/0001-a.md", ""), ("docs-old", "")]);
        assert!(tree.holds("docs/adr"));
        assert!(tree.holds("docs/"));
        assert!(tree.holds("docs/adr/0001-a.md"));
        assert!(!tree.holds("doc"));
        assert!(!tree.holds("docs/guides"));
    }
}
