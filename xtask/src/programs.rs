//! Our own programs, as the tests find them, and as they are released.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

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

/// Where `cargo build --release` leaves a program.
pub(crate) fn release(shell: &Shell, name: &str) -> Result<PathBuf> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps"];
    let printed = shell.stdout_of("cargo", &arguments)?;
    let metadata: Metadata =
        serde_json::from_str(&printed).context("failed to read `cargo metadata`")?;
    let program = metadata.target_directory.join("release").join(name);
    Ok(program.with_extension(std::env::consts::EXE_EXTENSION))
}

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}
