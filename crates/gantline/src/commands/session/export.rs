//! `gantline session export`, and `gantline export`: writes a chat down as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use contract::exports::ExportFormat;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::saving::save;

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
    save(download, args.output.as_deref()).await?;
    Ok(Meaning::Done.into())
}
