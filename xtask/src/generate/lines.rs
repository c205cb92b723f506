//! The schema of what the command line prints for programs.

use anyhow::Result;

use crate::programs;
use crate::shell::Shell;

pub(super) const OUTPUT: &str = "docs/cli-json.schema.json";

/// As the program itself prints it, which makes it of the types that it prints.
pub(super) fn describe(shell: &Shell) -> Result<String> {
    programs::build(shell)?;
    let program = programs::folder(shell.repository()).join("gantline");
    shell.stdout_of(&program.to_string_lossy(), &["schema"])
}
