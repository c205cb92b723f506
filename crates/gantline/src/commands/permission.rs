//! `gantline permission`: questions of agents to people.

mod answer;
mod list;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with questions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with questions.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the open questions that you may answer, the oldest first.
    List(list::Args),
    /// Answer a question. The first answer counts.
    Answer(answer::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Answer(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Answer(args) => answer::run(args, invocation).await,
    }
}
