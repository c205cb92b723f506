//! `gantline tenant transcripts`: whether a tenant keeps transcripts on the server.

use std::process::ExitCode;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Whose to show, or to change.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant by its number, for who runs the installation [default: one's own].
    #[arg(value_name = "NUMBER")]
    tenant: Option<i64>,
    /// Keep the transcripts of its sessions on the server, sealed, for so many days after a session
    /// was last active, 1 to 3650.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep: Option<u32>,
    /// Keep none, and delete those that are kept.
    #[arg(long, conflicts_with = "keep")]
    keep_none: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(super) format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it if that was asked for, and shows it.
pub(super) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let mut tenant = lookup::tenant(&client, args.tenant, invocation.words).await?;
    if args.keep_none && tenant.transcripts_kept_days.is_some() {
        let words = invocation.words;
        confirm::ask(args.consent, words.keep_no_transcripts(), words)?;
    }
    if args.keep.is_some() || args.keep_none {
        tenant = client.tenant_transcripts_keep(tenant.id, args.keep).await?;
    }
    match args.format.format {
        Format::Json => try_print_json(&tenant)?,
        Format::Quiet => {}
        Format::Text => {
            print_line(invocation.words.transcripts_kept(tenant.transcripts_kept_days))?;
        }
    }
    Ok(Meaning::Done.into())
}
