//! `gantline quota status`: how far quotas are used up.

use std::process::ExitCode;

use contract::quotas::QuotaStatus;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::money::amount;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Whose quotas.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Those under which this session works, by its identifier, the end of it, or its title.
    #[arg(long)]
    session: Option<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Says it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let session = match &args.session {
        Some(name) => Some(lookup::session(&client, name, words).await?.session_id),
        None => None,
    };
    let status = client.quota_status(session).await?;
    match args.format.format {
        Format::Json => try_print_json(&status)?,
        Format::Quiet => {
            for quota in status.quotas {
                print_line(quota.left)?;
            }
        }
        Format::Text if status.quotas.is_empty() => print_line(words.no_quotas())?,
        Format::Text => {
            print_table(
                words.quota_status_headings(),
                status.quotas.iter().map(|quota| row(quota, words)),
            )?;
        }
    }
    Ok(Meaning::Done.into())
}

fn row(quota: &QuotaStatus, words: &dyn Words) -> [String; 7] {
    [
        quota.subject.to_string(),
        escape::line(&quota.of).into_owned(),
        quota.measure.to_string(),
        quota.period.to_string(),
        amount(quota.measure, quota.used, words),
        amount(quota.measure, quota.limit, words),
        quota.resets_at.map_or_else(String::new, |at| at.to_string()),
    ]
}
