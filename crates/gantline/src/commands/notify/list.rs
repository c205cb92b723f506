//! `gantline notify list`: the channels that there are, and what each has answered last.

use std::process::ExitCode;

use contract::notifications::ChannelView;
use host::SystemClock;
use model::{Clock, Timestamp};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// How to list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let list = client.channels().await?;
    match args.format.format {
        Format::Json => try_print_json(&list)?,
        Format::Quiet => {
            for channel in list.channels {
                print_line(channel.id)?;
            }
        }
        Format::Text if list.channels.is_empty() => print_line(words.no_channels())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = list.channels.iter().map(|channel| row(channel, now, words));
            print_table(words.channel_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

fn row(channel: &ChannelView, now: Timestamp, words: &dyn Words) -> [String; 7] {
    let events: Vec<&str> = channel.events.iter().map(|event| event.as_str()).collect();
    let last = channel.attempts.first().map(|attempt| {
        let ago = words.ago(now.since(attempt.at.0));
        match &attempt.error {
            None => words.channel_told(&ago),
            Some(error) => words.channel_not_told(&ago, &escape::line(error)),
        }
    });
    let why = channel.put_off_because.as_deref().map(escape::line);
    [
        short(&channel.id),
        escape::line(&channel.name).into_owned(),
        channel.kind.to_string(),
        escape::line(&channel.host).into_owned(),
        events.join(" "),
        words.channel_state(channel.state).to_owned(),
        why.map(std::borrow::Cow::into_owned).or(last).unwrap_or_default(),
    ]
}
