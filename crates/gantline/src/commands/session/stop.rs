//! `gantline session stop`: ends a session and every process of it.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which session to end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Why, for the transcript.
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Ends it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    let session = client.session_stop(session.session_id, args.reason).await?;
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => {}
        Format::Text => {
            let title = escape::line(&session.title).into_owned();
            print_line(invocation.words.session_stopping(&title))?;
        }
    }
    Ok(Meaning::Done.into())
}
