//! `gantline key`: the keys of model providers. Their secrets stay on the server.

mod add;
mod list;
mod remove;
mod state;
mod test;

use std::process::ExitCode;

use clap::Subcommand;
use client::Client;
use contract::provider_keys::ProviderKeyView;
use model::provider::KeyState;

use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::ends_with;
use crate::output::Format;
use crate::words::Words;

/// What to do with provider keys.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with provider keys.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the keys, without their secrets.
    List(list::Args),
    /// Store a key. Its secret is asked for, or read from standard input.
    Add(add::Args),
    /// Ask the provider whether a key is good.
    Test(test::Args),
    /// Use a key no more, until it is enabled again.
    Disable(state::Args),
    /// Use a key again.
    Enable(state::Args),
    /// Remove a key for good.
    Remove(remove::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Add(args) => args.format.format,
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
        Command::Test(args) => test::run(args, invocation).await,
        Command::Disable(args) => state::run(args, KeyState::Disabled, invocation).await,
        Command::Enable(args) => state::run(args, KeyState::Active, invocation).await,
        Command::Remove(args) => remove::run(args, invocation).await,
    }
}

/// The key that is meant: by its name, or by its identifier or the end of it.
async fn find(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<ProviderKeyView> {
    let keys = client.provider_keys().await?;
    let mut found: Vec<_> = keys.iter().filter(|key| key.key_name == name).collect();
    if found.is_empty() {
        found = keys.iter().filter(|key| ends_with(&key.id, name)).collect();
    }
    match found.as_slice() {
        [key] => Ok((*key).clone()),
        [] => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_key(name));
            Err(refusal.with_hint(words.hint_list_keys()).into())
        }
        _ => {
            let refusal = Refusal::new(Meaning::Usage, words.several_keys(name));
            Err(refusal.with_hint(words.hint_list_keys()).into())
        }
    }
}
