//! `gantline quota`: how much may be used.

mod answer;
mod list;
mod remove;
mod requests;
mod set;
mod status;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with quotas.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with quotas.
#[derive(Debug, Subcommand)]
enum Command {
    /// Say how far quotas are used up that concern you, or a session.
    Status(status::Args),
    /// List the quotas, as an administrator.
    List(list::Args),
    /// Set a quota, or change its limit, as an administrator.
    Set(set::Args),
    /// Remove a quota, as an administrator.
    Remove(remove::Args),
    /// List sessions that wait because a quota has stopped them.
    Requests(requests::Args),
    /// Grant a session that waits more, as an administrator, or tell its agent to stop.
    Answer(answer::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Status(args) => args.format.format,
            Command::List(args) => args.format.format,
            Command::Set(args) => args.format.format,
            Command::Remove(args) => args.format.format,
            Command::Requests(args) => args.format.format,
            Command::Answer(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Status(args) => status::run(args, invocation).await,
        Command::List(args) => list::run(args, invocation).await,
        Command::Set(args) => set::run(args, invocation).await,
        Command::Remove(args) => remove::run(args, invocation).await,
        Command::Requests(args) => requests::run(args, invocation).await,
        Command::Answer(args) => answer::run(args, invocation).await,
    }
}
