//! The description of the public interface, and the console's types made from it.

use std::path::PathBuf;

use anyhow::Result;

use crate::console;
use crate::programs;
use crate::shell::Shell;

pub(super) const DESCRIPTION: &str = "docs/openapi.json";

pub(super) const CONSOLE_TYPES: &str = "console/src/api/schema.ts";

/// As the program itself prints it, so that it cannot say anything else than what is served.
pub(super) fn describe(shell: &Shell) -> Result<String> {
    programs::build(shell)?;
    let program: PathBuf = programs::folder(shell.repository()).join("gantline");
    shell.stdout_of(&program.to_string_lossy(), &["openapi"])
}

/// From the committed description: the one before, if that has just changed.
pub(super) fn console_types(shell: &Shell) -> Result<String> {
    console::install_type_generator(shell)?;
    shell.stdout_of("node", &["console/tools/openapi/generate.mjs", DESCRIPTION])
}
