//! How a file beneath a root is named.

use std::fmt;
use std::path::{Component, Path};

use crate::{FilesError, windows_names};

/// The longest path, in bytes (`PATH_MAX` of Linux, without the NUL).
pub const MAX_PATH_BYTES: usize = 4_095;

/// The longest name of a file, in bytes (`NAME_MAX`); on Windows in the units of UTF-16, as NTFS
/// counts them.
pub const MAX_NAME_BYTES: usize = 255;

/// The directory in which Git keeps what it would run: hooks, and programs that its settings name.
const GIT: &str = ".git";

/// The way from a root down to a file: names with `/` between them, none of them `.` or `..`; empty
/// for the root itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelativePath(String);

impl RelativePath {
    /// The root itself.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Reads one. There is one way of writing each path, so that nothing has to be made equal.
    pub fn parse(text: &str) -> Result<Self, FilesError> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        if text.len() > MAX_PATH_BYTES {
            return Err(FilesError::Malformed("it is too long"));
        }
        if text.contains('\0') {
            return Err(FilesError::Malformed("it has a NUL in it"));
        }
        if text.starts_with('/') {
            return Err(FilesError::Malformed("it must begin in the workspace, not with a slash"));
        }
        text.split('/').try_for_each(check_name)?;
        Ok(Self(text.to_owned()))
    }

    /// Reads one as the system writes it: on Windows with backslashes.
    pub fn from_path(path: &Path) -> Result<Self, FilesError> {
        let mut names = Vec::new();
        for component in path.components() {
            let Component::Normal(name) = component else {
                return Err(FilesError::Malformed("it must begin in the workspace"));
            };
            names.push(name.to_str().ok_or(FilesError::Malformed("a name of it is no text"))?);
        }
        Self::parse(&names.join("/"))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names, from the root down.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|name| !name.is_empty())
    }

    /// Something in this directory.
    pub fn join(&self, name: &str) -> Result<Self, FilesError> {
        check_name(name)?;
        Self::parse(&if self.0.is_empty() { name.to_owned() } else { format!("{self}/{name}") })
    }

    /// The directory and the name in it; there is none for the root.
    pub fn split_last(&self) -> Option<(Self, &str)> {
        if self.0.is_empty() {
            return None;
        }
        let (directory, name) = self.0.rsplit_once('/').unwrap_or(("", &self.0));
        Some((Self(directory.to_owned()), name))
    }

    /// The directory and the name of something that is to be made there. Names that nobody could
    /// read are not made, and nothing in which Git would find a program to run (S72).
    pub fn to_be_made(&self) -> Result<(Self, &str), FilesError> {
        if self.0.chars().any(char::is_control) {
            return Err(FilesError::Malformed("it has control characters in it"));
        }
        if self.names().any(|name| name.eq_ignore_ascii_case(GIT)) {
            return Err(FilesError::Reserved);
        }
        self.split_last().ok_or(FilesError::Exists)
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_name(name: &str) -> Result<(), FilesError> {
    match name {
        "" => Err(FilesError::Malformed("there is an empty name in it")),
        "." | ".." => Err(FilesError::Malformed("`.` and `..` are no names")),
        _ if name.contains(['/', '\0']) => Err(FilesError::Malformed("a name has no slash in it")),
        _ if cfg!(windows) => windows_names::check(name),
        _ if name.len() > MAX_NAME_BYTES => Err(FilesError::Malformed("a name is too long")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_from_the_root_down() {
        let path = RelativePath::parse("src/a b/主.rs").unwrap();
        assert_eq!(path.names().collect::<Vec<_>>(), ["src", "a b", "主.rs"]);
        let (directory, name) = path.split_last().unwrap();
        assert_eq!((directory.as_str(), name), ("src/a b", "主.rs"));
        assert_eq!(directory.join(name).unwrap(), path);
        assert_eq!(RelativePath::root().join("x").unwrap().as_str(), "x");
        assert_eq!(RelativePath::parse("").unwrap(), RelativePath::root());
        assert!(RelativePath::root().split_last().is_none());
    }

    #[test]
    fn a_path_of_the_system_is_read_name_by_name() {
        let path: std::path::PathBuf = ["src", "a b", "主.rs"].iter().collect();
        assert_eq!(RelativePath::from_path(&path).unwrap().as_str(), "src/a b/主.rs");
        assert_eq!(RelativePath::from_path(Path::new("")).unwrap(), RelativePath::root());
        let rooted = std::env::temp_dir();
        for path in [Path::new("../x"), Path::new("a/../../x"), &rooted] {
            assert!(RelativePath::from_path(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn nothing_is_made_in_git_or_under_a_name_that_nobody_can_read() {
        for path in [".git/hooks/pre-commit", "a/.GIT", "sub/.Git/config", "a\nb", "x\u{1b}[2J"] {
            let made = RelativePath::parse(path);
            assert!(made.is_err() || made.unwrap().to_be_made().is_err(), "{path:?}");
        }
        assert!(RelativePath::root().to_be_made().is_err());
        assert!(RelativePath::parse(".github/x").unwrap().to_be_made().is_ok());
    }

    proptest! {
        /// S70: whatever is taken for a path has no name in it that leads up or nowhere.
        #[test]
        fn no_path_leads_up(text in "[a./\\x00~]{0,12}") {
            if let Ok(path) = RelativePath::parse(&text) {
                prop_assert!(!path.as_str().starts_with('/'));
                prop_assert!(!path.as_str().contains('\0'));
                prop_assert!(path.names().all(|name| !name.is_empty() && name != "." && name != ".."));
                prop_assert_eq!(path.names().collect::<Vec<_>>().join("/"), text);
            }
        }
    }
}
