//! `gantline quota remove`: removes a quota.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::{ends_with, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which quota.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Quota, by its identifier or the end of it.
    quota: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Removes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let quotas = client.quotas().await?;
    let mut found = quotas.iter().filter(|quota| ends_with(&quota.quota_id, &args.quota));
    let (Some(quota), None) = (found.next(), found.next()) else {
        return Err(Refusal::new(Meaning::NotFound, words.no_one_quota(&args.quota)).into());
    };
    client.quota_remove(quota.quota_id).await?;
    match args.format.format {
        Format::Json => try_print_json(quota)?,
        Format::Quiet => {}
        Format::Text => print_line(words.quota_removed(&short(&quota.quota_id)))?,
    }
    Ok(Meaning::Done.into())
}
