//! `gantline session remove-worktree`: removes the worktree that was made for a session.

use std::process::ExitCode;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which worktree to remove.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Remove it with whatever is in it and nowhere else.
    #[arg(long)]
    discard: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Removes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    let path = escape::line(&session.project_path);
    if args.discard {
        confirm::ask(args.consent, &words.discard_worktree(&path), words)?;
    }
    let session = client.worktree_remove(session.session_id, args.discard).await?;
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => {}
        Format::Text => {
            let detail = session.worktree.and_then(|worktree| worktree.detail);
            let detail = detail.as_deref().map(escape::line);
            print_line(words.worktree_removed(&path, detail.as_deref()))?;
        }
    }
    Ok(Meaning::Done.into())
}
