//! `gantline job`: unattended work, one prompt each.

mod act;
mod delete;
mod list;
mod logs;
mod news;
mod status;
mod submit;
mod wait;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with jobs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with jobs.
#[derive(Debug, Subcommand)]
enum Command {
    /// Submit a prompt that an agent works on unattended.
    Submit(Box<submit::Args>),
    /// List the jobs that you may see, the newest first.
    List(list::Args),
    /// Show a job with its result.
    #[command(visible_alias = "get")]
    Status(status::Args),
    /// Print what happened to a job.
    Logs(logs::Args),
    /// Wait for the end of a job, print its result, and end with what became of it.
    Wait(wait::Args),
    /// Stop a job; its record stays.
    Cancel(act::Args),
    /// Queue a job that has failed once more.
    Retry(act::Args),
    /// Send the webhook of a job once more.
    SendWebhook(act::Args),
    /// Remove the record of a job; one that is not finished is stopped instead.
    Delete(delete::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Submit(args) => args.format.format,
            Command::List(args) => args.format.format,
            Command::Status(args) => args.format.format,
            Command::Logs(args) => args.format.format,
            Command::Wait(args) => args.format.format,
            Command::Cancel(args) | Command::Retry(args) | Command::SendWebhook(args) => {
                args.format.format
            }
            Command::Delete(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Submit(args) => submit::run(*args, invocation).await,
        Command::List(args) => list::run(args, invocation).await,
        Command::Status(args) => status::run(args, invocation).await,
        Command::Logs(args) => logs::run(args, invocation).await,
        Command::Wait(args) => wait::run(args, invocation).await,
        Command::Cancel(args) => act::cancel(args, invocation).await,
        Command::Retry(args) => act::retry(args, invocation).await,
        Command::SendWebhook(args) => act::send_webhook(args, invocation).await,
        Command::Delete(args) => delete::run(args, invocation).await,
    }
}
