//! What exit codes mean. They are part of the interface: scripts rely on them.

use std::process::ExitCode;

use anstream::eprintln;
use owo_colors::OwoColorize;

/// Something went wrong that has no code of its own.
pub(crate) const FAILURE: u8 = 1;

/// Prints an error with its causes, and what to do about it.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("{}: {error}", "error".red().bold());
    for cause in error.chain().skip(1) {
        eprintln!("  {} {cause}", "because:".dimmed());
    }
    ExitCode::from(FAILURE)
}
