//! Our own programs, as the tests find them.

use std::path::PathBuf;

use anyhow::Result;

use crate::repository::Repository;
use crate::shell::Shell;

/// Builds every program and test.
///
/// With `--tests`, so that dependencies get the features they have in the tests and nothing is
/// compiled twice.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    shell.run("cargo", &["build", "--workspace", "--bins", "--tests", "--locked"])
}

/// Where [`build`] leaves them.
pub(crate) fn folder(repository: &Repository) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| repository.path("target")).join("debug")
}
