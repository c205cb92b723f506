//! `gantline audit verify`: whether the audit log is as it was written.

use std::process::ExitCode;

use contract::audit::AuditVerification;
use model::audit::{AuditLog, ChainProblem};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// What was kept of an earlier check.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whose log: `tenant`, or `server` for that of the installation.
    #[arg(long, value_name = "LOG", default_value_t)]
    log: AuditLog,
    /// What an earlier check has printed, as `12:9f86…`. Whoever can write to the database can make
    /// a whole new log, but not one that has this hash in this line.
    #[arg(long, value_name = "LINE:HASH", value_parser = kept)]
    kept: Option<(u64, String)>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Checks.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let kept = args.kept.as_ref().map(|(position, hash)| (*position, hash.as_str()));
    let verification = client.audit_verify(args.log, kept).await?;
    match args.format.format {
        Format::Json => try_print_json(&verification)?,
        Format::Quiet => print_line(anchor(&verification))?,
        Format::Text => print_line(told(&verification, invocation.words))?,
    }
    let meaning = if verification.intact { Meaning::Done } else { Meaning::Failed };
    Ok(meaning.into())
}

fn told(verification: &AuditVerification, words: &dyn Words) -> String {
    match (verification.broken_at, verification.problem) {
        (Some(line), Some(ChainProblem::Missing)) => words.audit_line_missing(line),
        (Some(line), _) => words.audit_line_changed(line),
        (None, _) => words.audit_intact(verification.position, &anchor(verification)),
    }
}

/// What to keep of a check.
fn anchor(verification: &AuditVerification) -> String {
    format!("{}:{}", verification.position, verification.hash)
}

fn kept(text: &str) -> Result<(u64, String), String> {
    let parted = text.split_once(':').and_then(|(line, hash)| Some((line.parse().ok()?, hash)));
    let (line, hash) = parted.ok_or("give a line and a hash, as 12:9f86…")?;
    Ok((line, hash.to_owned()))
}
