//! `gantline webhook`: what signs the webhooks of one's jobs.

mod secret;
mod status;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do about webhooks.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done about webhooks.
#[derive(Debug, Subcommand)]
enum Command {
    /// Make the secret that signs your webhooks, the first one or a new one, and print it once.
    Secret(secret::Args),
    /// Say whether there is a secret, and since when.
    Status(status::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Secret(args) => args.format.format,
            Command::Status(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Secret(args) => secret::run(args, invocation).await,
        Command::Status(args) => status::run(args, invocation).await,
    }
}
