//! `xtask/tidy.toml`: what may break a rule, and why.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::tree::Tree;

pub(super) const PATH: &str = "xtask/tidy.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Exceptions {
    /// Files that are longer than a file may be.
    #[serde(default)]
    pub(super) long_files: Vec<LongFile>,
    /// Dependencies that no line of the room names.
    #[serde(default)]
    pub(super) unnamed_dependencies: Vec<UnnamedDependency>,
}

/// A ratchet: the file may shrink, and then so does this number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LongFile {
    pub(super) path: String,
    pub(super) lines: usize,
    #[expect(dead_code, reason = "demanded of whoever writes the exception, read by people")]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnnamedDependency {
    pub(super) room: String,
    pub(super) dependency: String,
    #[expect(dead_code, reason = "demanded of whoever writes the exception, read by people")]
    reason: String,
}

impl Exceptions {
    pub(super) fn read(tree: &Tree) -> Result<Self> {
        let text = tree.text(PATH).with_context(|| format!("{PATH} is missing"))?;
        toml::from_str(text).with_context(|| format!("failed to read {PATH}"))
    }

    #[cfg(test)]
    pub(super) fn from_text(text: &str) -> Self {
        toml::from_str(text).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        let text = "[[long-files]]\npath = 'a.rs'\nlines = 600";
        assert!(Exceptions::read(&Tree::from([(PATH, text)])).is_err());
        let with_reason = format!("{text}\nreason = 'one table'");
        let exceptions = Exceptions::read(&Tree::from([(PATH, with_reason.as_str())])).unwrap();
        assert_eq!(exceptions.long_files[0].lines, 600);
    }
}
