//! `gantline session changes`: which files differ where a session works.

use std::process::ExitCode;

use contract::changes::{ChangeContent, ChangedFile, Changes};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Hexadecimal digits of a commit's name that are shown.
pub(super) const SHORT_NAME: usize = 10;

/// Which session's files to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let changes = client.changes(session).await?;
    match args.format.format {
        Format::Json => try_print_json(&changes)?,
        Format::Quiet => {
            for file in changes.files {
                print_line(escape::line(&file.path))?;
            }
        }
        Format::Text => print(changes, words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(changes: Changes, words: &dyn Words) -> std::io::Result<()> {
    let branch = changes.branch.as_deref().map(escape::line);
    let head = changes.head.as_deref().map(|head| head.get(..SHORT_NAME).unwrap_or(head));
    print_line(words.compared_with(branch.as_deref(), head))?;
    if changes.files.is_empty() {
        return print_line(words.no_changes());
    }
    let rows = changes.files.into_iter().map(|file| row(file, words));
    print_table(words.change_headings(), rows)?;
    if changes.has_more { print_line(words.more_changes()) } else { Ok(()) }
}

fn row(file: ChangedFile, words: &dyn Words) -> [String; 4] {
    let (added, removed) = match file.content {
        ChangeContent::Text => (format!("+{}", file.added), format!("-{}", file.removed)),
        other => (words.change_content(other).to_owned(), String::new()),
    };
    let path = match file.old_path {
        Some(old) => format!("{old} → {}", file.path),
        None => file.path,
    };
    [words.change_status(file.status).to_owned(), added, removed, path]
}
