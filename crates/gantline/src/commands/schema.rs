//! `gantline schema`: prints the JSON Schema of a line of what `--format json` prints.

use std::io::Write;
use std::process::ExitCode;

use crate::exit::Meaning;
use crate::json_lines;

/// Prints the schema.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut text = serde_json::to_string_pretty(&json_lines::schema())?;
    text.push('\n');
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(Meaning::Done.into())
}
