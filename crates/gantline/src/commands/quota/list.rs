//! `gantline quota list`: the quotas that there are.

use std::process::ExitCode;

use contract::quotas::{QuotaView, Quotas};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::money::amount;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// How to list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let quotas = client.quotas().await?;
    match args.format.format {
        Format::Json => try_print_json(&Quotas { quotas })?,
        Format::Quiet => {
            for quota in quotas {
                print_line(quota.quota_id)?;
            }
        }
        Format::Text if quotas.is_empty() => print_line(words.no_quotas())?,
        Format::Text => {
            let rows = quotas.into_iter().map(|quota| row(quota, words));
            print_table(words.quota_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

fn row(quota: QuotaView, words: &dyn Words) -> [String; 7] {
    let of = quota.of.map_or_else(|| words.each().to_owned(), |of| escape::line(&of).into_owned());
    [
        short(&quota.quota_id),
        quota.subject.to_string(),
        of,
        quota.measure.to_string(),
        quota.period.to_string(),
        amount(quota.measure, quota.limit, words),
        quota.at_stop.to_string(),
    ]
}
