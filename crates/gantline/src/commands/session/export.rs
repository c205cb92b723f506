//! `gantline session export`, and `gantline export`: writes a chat down as a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use client::Download;
use contract::exports::ExportFormat;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;

/// Which chat to write down, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Everything as JSON, or what was said as Markdown.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "json")]
    export_format: Written,
    /// File to write [default: standard output]. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// As what a chat is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Written {
    /// Everything, for programs.
    Json,
    /// For people.
    Markdown,
}

/// Writes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    let format = match args.export_format {
        Written::Json => ExportFormat::Json,
        Written::Markdown => ExportFormat::Markdown,
    };
    let download = client.session_export(session.session_id, format).await?;
    match args.output {
        None => copy(download, io::stdout().lock()).await?,
        Some(path) => copy_into(download, &path).await?,
    }
    Ok(Meaning::Done.into())
}

/// Half a file is worse than none.
async fn copy_into(download: Download, path: &Path) -> anyhow::Result<()> {
    let file = File::create_new(path).with_context(|| format!("make {}", path.display()))?;
    let copied = copy(download, file).await;
    if copied.is_err() {
        // What cannot be removed either is seen by its length.
        let _ = fs::remove_file(path);
    }
    copied
}

async fn copy(mut download: Download, mut file: impl Write) -> anyhow::Result<()> {
    while let Some(piece) = download.next().await? {
        file.write_all(&piece)?;
    }
    Ok(file.flush()?)
}
