//! `gantline session files|download|upload`: the files where a session works.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use client::{Content, Sent};
use contract::files::{Directory, ExistingFile, FileEntry, MAX_UPLOAD_BYTES};
use host::SystemClock;
use model::{Clock, Timestamp};
use tokio::fs::File;
use tokio::sync::watch;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::progress;
use crate::saving::save;
use crate::words::Words;

/// Which directory to list.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Directory, from the workspace down [default: the workspace].
    #[arg(default_value = "", hide_default_value = true)]
    path: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which file to fetch, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct DownloadArgs {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// File, from the workspace down.
    path: String,
    /// File to write [default: standard output]. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which file to put, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct UploadArgs {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// File on this computer, at most 1 GiB.
    file: PathBuf,
    /// What it is called there, from the workspace down; its directory is there already [default: its
    /// own name, in the workspace].
    path: Option<String>,
    /// Replaces a file that is there.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists a directory, however long it is.
pub(crate) async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let mut directory = client.directory(session, &args.path, None).await?;
    while let Some(cursor) = directory.next_cursor.take() {
        let more = client.directory(session, &args.path, Some(&cursor)).await?;
        directory.entries.extend(more.entries);
        directory.next_cursor = more.next_cursor;
    }
    print_directory(directory, args.format.format, words)?;
    Ok(Meaning::Done.into())
}

/// Prints what is in a directory.
pub(crate) fn print_directory(
    directory: Directory,
    format: Format,
    words: &dyn Words,
) -> std::io::Result<()> {
    match format {
        Format::Json => try_print_json(&directory),
        Format::Quiet => {
            let mut names = directory.entries.iter();
            names.try_for_each(|entry| print_line(escape::line(&entry.name)))
        }
        Format::Text => print(directory, words),
    }
}

/// Fetches a file.
pub(crate) async fn download(
    args: DownloadArgs,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?.session_id;
    let download = client.file_download(session, &args.path).await?;
    save(download, args.output.as_deref()).await?;
    Ok(Meaning::Done.into())
}

/// Puts a file.
pub(crate) async fn upload(args: UploadArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let shown = args.file.display();
    let open = async || Content::of_file(File::open(&args.file).await?).await;
    let content = open().await.with_context(|| format!("open {shown}"))?;
    if content.len() > MAX_UPLOAD_BYTES {
        return Err(Refusal::new(Meaning::Usage, words.file_too_large()).into());
    }
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let path = args.path.or(name).unwrap_or_default();
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let existing = if args.replace { ExistingFile::Replace } else { ExistingFile::Keep };
    let sent = watch::Sender::new(Sent::default());
    let telling = progress::tell(sent.subscribe(), args.format.format, |percent, mib| {
        words.sending(percent, mib)
    });
    let put = tokio::select! {
        put = client.file_put(session, &path, content, existing, &sent) => put?,
        never = telling => match never {},
    };
    match args.format.format {
        Format::Json => try_print_json(&put)?,
        Format::Quiet => {}
        Format::Text => print_line(words.file_put(&escape::line(&path), put.size_bytes))?,
    }
    Ok(Meaning::Done.into())
}

fn print(directory: Directory, words: &dyn Words) -> std::io::Result<()> {
    if directory.entries.is_empty() {
        return print_line(words.no_files());
    }
    let now = SystemClock::start().now();
    let rows = directory.entries.into_iter().map(|entry| row(entry, now, words));
    print_table(words.file_headings(), rows)
}

fn row(entry: FileEntry, now: Timestamp, words: &dyn Words) -> [String; 4] {
    let changed = words.ago(now.since(entry.modified_at.0));
    let kind = words.file_kind(entry.kind).to_owned();
    [kind, entry.size_bytes.to_string(), changed, entry.name]
}
