//! `gantline openapi`: prints the description of the HTTP interface.

use std::io::Write;
use std::process::ExitCode;

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Prints the description.
pub(crate) fn run(_: &Args) -> anyhow::Result<ExitCode> {
    let mut text = serde_json::to_string_pretty(&api::openapi::description())?;
    text.push('\n');
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
