//! `gantline notify`: where one is told of what waits for one.

mod add;
mod address;
mod change;
mod list;
mod remove;
mod state;
mod test;

use std::process::ExitCode;

use clap::Subcommand;
use client::Client;
use contract::notifications::ChannelView;

use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::ends_with;
use crate::output::Format;
use crate::words::Words;

/// What to do with channels.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with channels.
#[derive(Debug, Subcommand)]
enum Command {
    /// List your channels, with what each has answered last.
    List(list::Args),
    /// Add a channel. Its address is asked for, or read from standard input.
    Add(add::Args),
    /// Change a channel.
    Change(change::Args),
    /// Send a test to a channel, and say what was answered.
    Test(test::Args),
    /// Use a channel no more, until it is enabled again.
    Disable(state::Args),
    /// Use a channel again.
    Enable(state::Args),
    /// Remove a channel for good.
    Remove(remove::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Add(args) => args.format.format,
            Command::Change(args) => args.format.format,
            Command::Test(args) => args.format.format,
            Command::Disable(args) | Command::Enable(args) => args.format.format,
            Command::Remove(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Add(args) => add::run(args, invocation).await,
        Command::Change(args) => change::run(args, invocation).await,
        Command::Test(args) => test::run(args, invocation).await,
        Command::Disable(args) => state::run(args, false, invocation).await,
        Command::Enable(args) => state::run(args, true, invocation).await,
        Command::Remove(args) => remove::run(args, invocation).await,
    }
}

/// The channel that is meant: by its name, or by its identifier or the end of it.
async fn find(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<ChannelView> {
    let channels = client.channels().await?.channels;
    let mut found: Vec<_> = channels.iter().filter(|channel| channel.name == name).collect();
    if found.is_empty() {
        found = channels.iter().filter(|channel| ends_with(&channel.id, name)).collect();
    }
    let refusal = match found.as_slice() {
        [channel] => return Ok((*channel).clone()),
        [] => Refusal::new(Meaning::NotFound, words.no_such_channel(name)),
        _ => Refusal::new(Meaning::Usage, words.several_channels(name)),
    };
    Err(refusal.with_hint(words.hint_list_channels()).into())
}
