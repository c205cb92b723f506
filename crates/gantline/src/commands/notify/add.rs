//! `gantline notify add`: makes a channel.

use std::process::ExitCode;

use contract::notifications::CreateChannel;
use model::notification::{ChannelKind, NoticeEvent, NoticeLanguage};

use super::address::{self, Signing};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which channel.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Who understands what it sends: `slack`, `feishu` (or Lark), `dingtalk`, or `generic` for signed
    /// JSON.
    kind: ChannelKind,
    /// What to call the channel.
    name: String,
    /// What it tells of: `question`, `budget`, `turn_ended`, `session_failed`, and for administrators
    /// `machine_offline`; several times for several [default: question].
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<NoticeEvent>,
    /// Read what signs as well: the secret of a robot of Feishu or DingTalk. From standard input it is
    /// the second line.
    #[arg(long)]
    signed: bool,
    /// How many seconds a turn has to have taken for its end to be told [default: 60].
    #[arg(long, value_name = "SECONDS")]
    shortest_turn: Option<u64>,
    /// The language of what it tells: `en` or `zh` [default: that of the command line].
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<NoticeLanguage>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Makes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let signing = if args.signed { Signing::Signed } else { Signing::Unsigned };
    let address = address::read(signing, words)?;
    let events = if args.events.is_empty() { vec![NoticeEvent::Question] } else { args.events };
    let body = CreateChannel {
        name: args.name,
        kind: args.kind,
        url: address.url,
        secret: address.secret,
        events,
        shortest_turn_s: args.shortest_turn,
        language: Some(args.language.unwrap_or_else(|| words.notice_language())),
    };
    let channel = client.channel_create(&body).await?;
    match args.format.format {
        Format::Json => try_print_json(&channel)?,
        Format::Quiet => print_line(channel.id)?,
        Format::Text => {
            print_line(words.channel_added(&escape::line(&channel.name), &short(&channel.id)))?;
        }
    }
    Ok(Meaning::Done.into())
}
