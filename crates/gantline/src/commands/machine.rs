//! `gantline machine`: the computers on which sessions run.

mod list;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with machines.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the machines that you may work on.
    List(list::Args),
    /// Show a machine: its workspaces, its agents, and what is missing.
    Show(show::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Show(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Show(args) => show::run(args, invocation).await,
    }
}
