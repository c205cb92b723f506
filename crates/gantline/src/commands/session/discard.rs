//! `gantline session discard`: puts a file back as it was committed.

use std::process::ExitCode;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which change to discard.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// The file, as `session changes` names it.
    path: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Discards it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let path = escape::line(&args.path);
    let files = client.changes(session).await?.files;
    let file = files.into_iter().find(|file| file.path == args.path);
    // Where it was before comes from the list; a file that is not in it is refused by its machine.
    let old_path = file.and_then(|file| file.old_path);
    confirm::ask(args.consent, &words.discard_change(&path), words)?;
    let done = client.change_discard(session, &args.path, old_path.as_deref()).await?;
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => {
            let kept_at = done.kept_at.as_deref().map(escape::line);
            print_line(words.change_discarded(&path, kept_at.as_deref()))?;
        }
    }
    Ok(Meaning::Done.into())
}
