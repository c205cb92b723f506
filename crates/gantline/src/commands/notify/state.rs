//! `gantline notify disable` and `enable`: whether a channel is used.

use std::process::ExitCode;

use contract::notifications::ChangeChannel;

use super::find;
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
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it.
pub(crate) async fn run(
    args: Args,
    enabled: bool,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let channel = find(&client, &args.channel, words).await?;
    let change = ChangeChannel { enabled: Some(enabled), ..ChangeChannel::default() };
    let channel = client.channel_change(channel.id, &change).await?;
    match args.format.format {
        Format::Json => try_print_json(&channel)?,
        Format::Quiet => {}
        Format::Text => {
            let state = words.channel_state(channel.state);
            print_line(words.channel_is(&escape::line(&channel.name), state))?;
        }
    }
    Ok(Meaning::Done.into())
}
