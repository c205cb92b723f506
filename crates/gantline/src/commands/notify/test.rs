//! `gantline notify test`: sends a test, and says what was answered.

use std::process::ExitCode;

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

/// Tries it out. A test that was not taken is an exit code of its own, so that scripts see it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let channel = find(&client, &args.channel, words).await?;
    let tested = client.channel_test(channel.id).await?;
    match args.format.format {
        Format::Json => try_print_json(&tested)?,
        Format::Quiet => {}
        Format::Text => match &tested.error {
            None => print_line(words.channel_took_it(tested.took_ms))?,
            Some(error) => print_line(words.channel_did_not(&escape::line(error)))?,
        },
    }
    let meaning = if tested.delivered { Meaning::Done } else { Meaning::Failed };
    Ok(meaning.into())
}
