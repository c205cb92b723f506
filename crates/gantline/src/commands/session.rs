//! `gantline session`: the units of work on machines.

mod delete;
mod list;
mod rename;
pub(super) mod show;
mod stop;
pub(super) mod updates;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with sessions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the sessions that you may see, the last active first.
    List(list::Args),
    /// Show a session and its last turns.
    Show(show::Args),
    /// End a session and every process of it.
    Stop(stop::Args),
    /// Give a session another title.
    Rename(rename::Args),
    /// End a session and forget it; what stands in its workspace stays.
    Delete(delete::Args),
    /// Print what was said in a chat, from its machine.
    Updates(updates::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Show(args) => args.format.format,
            Command::Stop(args) => args.format.format,
            Command::Rename(args) => args.format.format,
            Command::Delete(args) => args.format.format,
            Command::Updates(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Show(args) => show::run(args, invocation).await,
        Command::Stop(args) => stop::run(args, invocation).await,
        Command::Rename(args) => rename::run(args, invocation).await,
        Command::Delete(args) => delete::run(args, invocation).await,
        Command::Updates(args) => updates::run(args, invocation).await,
    }
}
