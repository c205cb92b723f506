//! `gantline session rename`: gives a session another title.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which session to rename.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// What to call it from now on, 1 to 200 characters.
    title: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Renames it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    let session = client.session_rename(session.session_id, &args.title).await?;
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => {}
        Format::Text => {
            let title = escape::line(&session.title).into_owned();
            print_line(invocation.words.session_renamed(&title))?;
        }
    }
    Ok(Meaning::Done.into())
}
