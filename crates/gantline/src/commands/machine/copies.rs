//! `gantline machine copies`: the copies of a machine's workspaces that are on the server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use client::Client;
use contract::copies::{Copies, CopyView};
use contract::machines::MachineView;
use host::SystemClock;
use model::Clock;
use model::mirror::LeftOut;

use super::named;
use crate::commands::session::files::print_directory;
use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::saving::save;
use crate::words::Words;

/// What to do with copies.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with copies.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the copies of a machine's workspaces.
    List(ListArgs),
    /// List a directory of a copy.
    Files(FilesArgs),
    /// Fetch a file of a copy.
    Download(DownloadArgs),
    /// Fetch all files of a copy, as a tar archive.
    Archive(ArchiveArgs),
    /// Remove a copy from the server; none comes back until the machine's owner asks for it.
    Remove(RemoveArgs),
}

/// Of which machine.
#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Machine, by its name or identifier.
    machine: String,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which copy.
#[derive(Debug, clap::Args)]
struct CopyOption {
    /// Machine, by its name or identifier.
    machine: String,
    /// Workspace, where the machine has several copies: its directory, or the end of it.
    #[arg(long, short, value_name = "DIRECTORY")]
    workspace: Option<String>,
}

/// Which directory.
#[derive(Debug, clap::Args)]
struct FilesArgs {
    #[command(flatten)]
    copy: CopyOption,
    /// Directory, from the workspace down [default: the workspace].
    #[arg(default_value = "", hide_default_value = true)]
    path: String,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which file, and where to.
#[derive(Debug, clap::Args)]
struct DownloadArgs {
    #[command(flatten)]
    copy: CopyOption,
    /// File, from the workspace down.
    path: String,
    /// File to write [default: standard output]. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which copy, and where to.
#[derive(Debug, clap::Args)]
struct ArchiveArgs {
    #[command(flatten)]
    copy: CopyOption,
    /// File to write [default: standard output]. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which copy to remove.
#[derive(Debug, clap::Args)]
struct RemoveArgs {
    #[command(flatten)]
    copy: CopyOption,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Args {
    /// How it prints.
    pub(crate) const fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Files(args) => args.format.format,
            Command::Download(_) | Command::Archive(_) | Command::Remove(_) => Format::Text,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(args, invocation).await?,
        Command::Files(args) => files(args, invocation).await?,
        Command::Download(args) => {
            let client = invocation.client(args.connection)?;
            let (machine, copy) = find(&client, &args.copy, invocation.words).await?;
            let (machine, copy) = (machine.machine_id, copy.copy_id);
            let download = client.copy_file_download(machine, &copy, &args.path).await?;
            save(download, args.output.as_deref()).await?;
        }
        Command::Archive(args) => {
            let client = invocation.client(args.connection)?;
            let (machine, copy) = find(&client, &args.copy, invocation.words).await?;
            let download = client.copy_archive(machine.machine_id, &copy.copy_id).await?;
            save(download, args.output.as_deref()).await?;
        }
        Command::Remove(args) => remove(args, invocation).await?,
    }
    Ok(Meaning::Done.into())
}

async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<()> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = named(&client, &args.machine, words).await?;
    let found = client.copies(machine.machine_id).await?;
    match args.format.format {
        Format::Json => try_print_json(&found)?,
        Format::Quiet => {
            for copy in found.copies {
                print_line(escape::line(&copy.workspace))?;
            }
        }
        Format::Text => print(found, words)?,
    }
    Ok(())
}

fn print(found: Copies, words: &dyn Words) -> std::io::Result<()> {
    if found.copies.is_empty() {
        return print_line(words.no_copies());
    }
    print_line(words.files_are_on_the_server())?;
    let now = SystemClock::start().now();
    let row = |copy: CopyView| {
        let left_out = words.left_out(&left_out(&copy));
        let (files, bytes) = (copy.files.to_string(), copy.size_bytes.to_string());
        [copy.workspace, files, bytes, words.ago(now.since(copy.taken_at.0)), left_out]
    };
    print_table(words.copy_headings(), found.copies.into_iter().map(row))
}

const fn left_out(copy: &CopyView) -> LeftOut {
    let left_out = copy.left_out;
    LeftOut {
        over_files: left_out.over_files,
        over_bytes: left_out.over_bytes,
        too_large: left_out.too_large,
        secret: left_out.secret,
        special: left_out.special,
        unnameable: left_out.unnameable,
        unreadable: left_out.unreadable,
    }
}

/// Lists a directory, however long it is.
async fn files(args: FilesArgs, invocation: &Invocation) -> anyhow::Result<()> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let (machine, copy) = find(&client, &args.copy, words).await?;
    let (machine, copy) = (machine.machine_id, copy.copy_id);
    let mut directory = client.copy_directory(machine, &copy, &args.path, None).await?;
    while let Some(cursor) = directory.next_cursor.take() {
        let more = client.copy_directory(machine, &copy, &args.path, Some(&cursor)).await?;
        directory.entries.extend(more.entries);
        directory.next_cursor = more.next_cursor;
    }
    Ok(print_directory(directory, args.format.format, words)?)
}

async fn remove(args: RemoveArgs, invocation: &Invocation) -> anyhow::Result<()> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let (machine, copy) = find(&client, &args.copy, words).await?;
    let workspace = escape::line(&copy.workspace);
    confirm::ask(args.consent, &words.remove_copy(&workspace), words)?;
    client.copy_remove(machine.machine_id, &copy.copy_id).await?;
    Ok(print_line(words.copy_removed(&workspace))?)
}

/// The copy that is meant: the only one, or that of the workspace that was named.
async fn find(
    client: &Client,
    option: &CopyOption,
    words: &dyn Words,
) -> anyhow::Result<(MachineView, CopyView)> {
    let machine = named(client, &option.machine, words).await?;
    let mut copies = client.copies(machine.machine_id).await?.copies;
    if let Some(workspace) = &option.workspace {
        let workspace = workspace.trim_end_matches('/');
        let is_meant = |copy: &CopyView| {
            let end = copy.workspace.strip_suffix(workspace);
            end.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        copies.retain(is_meant);
    }
    if copies.len() > 1 {
        return Err(Refusal::new(Meaning::Usage, words.several_copies()).into());
    }
    let copy = copies.pop().ok_or_else(|| Refusal::new(Meaning::NotFound, words.no_copies()))?;
    Ok((machine, copy))
}
