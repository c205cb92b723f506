//! `gantline notify remove`: removes a channel for good.

use std::process::ExitCode;

use super::find;
use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which channel.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Channel, by its name, its identifier or the end of that.
    channel: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Removes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let channel = find(&client, &args.channel, words).await?;
    let name = escape::line(&channel.name);
    confirm::ask(args.consent, &words.remove_channel(&name), words)?;
    client.channel_delete(channel.id).await?;
    match args.format.format {
        Format::Json => try_print_json(&channel)?,
        Format::Quiet => {}
        Format::Text => print_line(words.channel_removed(&name))?,
    }
    Ok(Meaning::Done.into())
}
