//! `gantline session delete-kept`: deletes what the server keeps of a transcript.

use std::process::ExitCode;

use serde_json::json;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Of which session.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Deletes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    let title = escape::line(&session.title).into_owned();
    confirm::ask(args.consent, &words.delete_kept(&title), words)?;
    client.kept_transcript_delete(session.session_id).await?;
    match args.format.format {
        Format::Json => {
            try_print_json(&json!({ "deleted": true, "session_id": session.session_id }))?;
        }
        Format::Quiet => {}
        Format::Text => print_line(words.kept_deleted(&title))?,
    }
    Ok(Meaning::Done.into())
}
