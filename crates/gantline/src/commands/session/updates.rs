//! `gantline session updates`: what was said in a chat, from its machine.

use std::process::ExitCode;

use client::{Client, LiveEvent};
use contract::live::StreamState;
use model::SessionId;

use crate::audience::Audience;
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::FormatOption;
use crate::view::ShowOptions;
use crate::words::Words;

/// Which part of which transcript to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Only what comes after this position.
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    after: u64,
    /// Go on printing what happens, until the session ends.
    #[arg(long, short)]
    follow: bool,
    #[command(flatten)]
    show: ShowOptions,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Prints it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let mut audience = Audience::new(args.format.format, args.show, words);
    if args.follow {
        follow(&client, session, args.after, &mut audience, words).await?;
    } else {
        print_pages(&client, session, args.after, &mut audience).await?;
    }
    if let Some(view) = audience.view() {
        view.finish()?;
    }
    Ok(Meaning::Done.into())
}

/// Prints everything up to what is the last record now, and answers how far that is.
pub(in crate::commands) async fn print_pages(
    client: &Client,
    session: SessionId,
    mut after: u64,
    audience: &mut Audience,
) -> anyhow::Result<u64> {
    let mut last = None;
    loop {
        let page = client.updates(session, after, None).await?;
        let last = *last.get_or_insert(page.last);
        for record in &page.updates {
            audience.record(record)?;
        }
        match page.updates.last() {
            Some(record) if record.seq < last => after = record.seq,
            Some(record) => return Ok(record.seq),
            None => return Ok(after),
        }
    }
}

/// Prints what there is and what comes, until the session ends or it is interrupted.
async fn follow(
    client: &Client,
    session: SessionId,
    after: u64,
    audience: &mut Audience,
    words: &dyn Words,
) -> anyhow::Result<()> {
    let mut live = client.live();
    live.follow(session, after);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            // Something has happened.
            event = live.next() => event?,
            // Enough.
            _ = &mut interrupted => break,
        };
        match event {
            LiveEvent::Updates { records, .. } => {
                for record in &records {
                    audience.record(record)?;
                }
            }
            LiveEvent::Stream { state: StreamState::Ended, .. } => break,
            LiveEvent::Stream { state: StreamState::Restarted, .. } => audience.restarted(words)?,
            LiveEvent::Stream { state: StreamState::MachineOffline, .. } => {
                audience.remark(words.machine_away())?;
            }
            LiveEvent::Session(view) if view.session_id == session && view.status.is_final() => {
                break;
            }
            LiveEvent::SessionDeleted(gone) if gone == session => break,
            LiveEvent::Refused { error, .. } => return Err(error.into()),
            LiveEvent::Disconnected { error, retry_in } => {
                audience.disconnected(&error, retry_in, words)?;
            }
            _ => {}
        }
    }
    live.close().await;
    Ok(())
}
