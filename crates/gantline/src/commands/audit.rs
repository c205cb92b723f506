//! `gantline audit`: what was done, by whom, and whether the log of it is whole.

mod export;
mod list;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do about the audit log.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done about the audit log.
#[derive(Debug, Subcommand)]
enum Command {
    /// List what was done, the newest first.
    List(list::Args),
    /// Check that no line was changed, removed or put in between.
    Verify(verify::Args),
    /// Write the whole log down as a file.
    Export(export::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Verify(args) => args.format.format,
            Command::Export(_) => Format::Text,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Verify(args) => verify::run(args, invocation).await,
        Command::Export(args) => export::run(args, invocation).await,
    }
}
