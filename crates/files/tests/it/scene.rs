//! A workspace, and a secret beside it.

use std::fs;
use std::path::PathBuf;

use files::reading::{self, Part};
use files::{FilesError, RelativePath, Root};
use tempfile::TempDir;

/// What must never be read.
pub(crate) const SECRET: &str = "the secret beside the workspace";

pub(crate) struct Scene {
    // Closed before the directory is removed in which it is.
    pub(crate) root: Root,
    home: TempDir,
}

impl Scene {
    pub(crate) fn set() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("work/inner")).unwrap();
        fs::create_dir_all(home.path().join("beside")).unwrap();
        fs::write(home.path().join("work/inner/file"), "inside").unwrap();
        fs::write(home.path().join("beside/secret"), SECRET).unwrap();
        let root = Root::open(&home.path().join("work")).unwrap();
        Self { root, home }
    }

    /// A place in the workspace.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.home.path().join("work").join(path)
    }

    /// A place beside it.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        self.home.path().join("beside").join(path)
    }

    pub(crate) fn read(&self, path: &str) -> Result<Part, FilesError> {
        reading::read(&self.root, &RelativePath::parse(path)?, 0, 1_000, None)
    }

    /// The names of everything in the workspace's root.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.at("")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

pub(crate) fn path(text: &str) -> RelativePath {
    RelativePath::parse(text).unwrap()
}
