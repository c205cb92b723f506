//! `gantline policy`: what agents may do without a person.

mod add;
mod explain;
mod presets;
mod revoke;
mod rules;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with policies.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with policies.
#[derive(Debug, Subcommand)]
enum Command {
    /// Say what a policy would do with each tool, and why each part of it is as it is.
    Explain(explain::Args),
    /// List what has been answered once and for all, with when it was last used.
    Rules(rules::Args),
    /// Answer once and for all: allow or deny in your own sessions, or, as an administrator, never.
    Add(add::Args),
    /// Take a rule back.
    Revoke(revoke::Args),
    /// List the presets that there are.
    Presets(presets::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Explain(args) => args.format.format,
            Command::Rules(args) => args.format.format,
            Command::Add(args) => args.format.format,
            Command::Revoke(args) => args.format.format,
            Command::Presets(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Explain(args) => explain::run(args, invocation).await,
        Command::Rules(args) => rules::run(args, invocation).await,
        Command::Add(args) => add::run(args, invocation).await,
        Command::Revoke(args) => revoke::run(args, invocation).await,
        Command::Presets(args) => presets::run(args, invocation).await,
    }
}
