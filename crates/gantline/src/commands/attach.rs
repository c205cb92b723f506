//! `gantline attach`: a terminal on a machine, in this window.

use std::process::ExitCode;

use anstream::eprintln;
use client::{Client, Part};
use contract::sessions::SessionView;
use model::session::SessionKind;
use owo_colors::OwoColorize;

use crate::attaching::detacher::PrefixKey;
use crate::attaching::{AttachTo, Left, attach};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::words::Words;

/// Which terminal to attach to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,

    /// Look on and type nothing. Where there is no window, what the terminal draws is printed.
    #[arg(long)]
    watch: bool,

    #[command(flatten)]
    prefix: PrefixOption,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// How to speak to this program rather than to the terminal.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct PrefixOption {
    /// Key that begins what is for this program: then `d` leaves, `t` takes the keyboard, `f` fits
    /// the terminal to this window [default: ^], which is Ctrl-]].
    #[arg(long, value_name = "KEY")]
    prefix: Option<PrefixKey>,
}

/// Attaches until the user leaves or the terminal ends.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    if session.kind != SessionKind::Terminal {
        let title = escape::line(&session.title).into_owned();
        let refusal = Refusal::new(Meaning::Usage, words.not_a_terminal(&title));
        let hint = words.hint_go_on_chatting(&short(&session.session_id));
        return Err(refusal.with_hint(hint).into());
    }
    let part = if args.watch { Part::Watch } else { Part::Write };
    attach_to(&client, &session, part, args.prefix, words).await
}

/// Attaches to a terminal, and says at the end what has become of it.
pub(super) async fn attach_to(
    client: &Client,
    session: &SessionView,
    part: Part,
    prefix: PrefixOption,
    words: &'static dyn Words,
) -> anyhow::Result<ExitCode> {
    let person = client.me().await?.user_id;
    let prefix = prefix.prefix.unwrap_or_default();
    let title = escape::line(&session.title).into_owned();
    eprintln!("{}", words.attaching(&title, &prefix.to_string()).dimmed());
    let to = AttachTo { session: session.session_id, person, part, prefix };
    match attach(client, to, words).await? {
        Left::Detached => {
            eprintln!("{}", words.detached(&short(&session.session_id)).dimmed());
        }
        Left::Ended { detail } => {
            eprintln!("{}", words.terminal_ended(&escape::line(&detail)).dimmed());
        }
    }
    Ok(Meaning::Done.into())
}
