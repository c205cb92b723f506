//! `gantline notify change`: changes a channel.

use std::process::ExitCode;

use contract::notifications::ChangeChannel;
use model::notification::{NoticeEvent, NoticeLanguage};

use super::address::{self, Signing};
use super::find;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which channel, and what of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Channel, by its name, its identifier or the end of that.
    channel: String,
    /// Call it this.
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// What it tells of, in the place of what it has told of; several times for several.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<NoticeEvent>,
    /// Read another address, from the window or from standard input.
    #[arg(long)]
    address: bool,
    /// Read what signs as well, after the address.
    #[arg(long, requires = "address")]
    signed: bool,
    /// How many seconds a turn has to have taken for its end to be told.
    #[arg(long, value_name = "SECONDS")]
    shortest_turn: Option<u64>,
    /// The language of what it tells: `en` or `zh`.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<NoticeLanguage>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let channel = find(&client, &args.channel, words).await?;
    let signing = if args.signed { Signing::Signed } else { Signing::Unsigned };
    let address = if args.address { Some(address::read(signing, words)?) } else { None };
    let (url, secret) = address.map_or((None, None), |read| (Some(read.url), read.secret));
    let body = ChangeChannel {
        name: args.rename,
        url,
        secret,
        events: (!args.events.is_empty()).then_some(args.events),
        shortest_turn_s: args.shortest_turn,
        language: args.language,
        enabled: None,
    };
    let channel = client.channel_change(channel.id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&channel)?,
        Format::Quiet => {}
        Format::Text => print_line(words.channel_changed(&escape::line(&channel.name)))?,
    }
    Ok(Meaning::Done.into())
}
