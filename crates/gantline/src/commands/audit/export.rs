//! `gantline audit export`: writes the whole audit log down as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use model::audit::{AuditFormat, AuditLog};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::saving::save;

/// As what, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whose log: `tenant`, or `server` for that of the installation.
    #[arg(long, value_name = "LOG", default_value_t)]
    log: AuditLog,
    /// `jsonl`, a JSON object on each line, or `csv`.
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    export_format: AuditFormat,
    /// File to write [default: standard output]. One that is there already is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Writes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    save(client.audit_export(args.log, args.export_format).await?, args.output.as_deref()).await?;
    Ok(Meaning::Done.into())
}
