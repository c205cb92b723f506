//! `gantline quota set`: sets a quota, or changes its limit.

use std::process::ExitCode;

use contract::quotas::PutQuota;
use model::quota::{AtStop, QuotaMeasure, QuotaPeriod, QuotaSubject};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::money::amount;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which quota.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whose use it limits: `tenant`, `user`, `machine`, `session` or `model`.
    subject: QuotaSubject,
    /// How much: tokens, calls, or US dollars.
    limit: f64,
    /// One of them, by its identifier, or a model by its name [default: each of them].
    #[arg(long, value_name = "WHICH")]
    of: Option<String>,
    /// What it counts: `cost`, `tokens` or `requests`.
    #[arg(long, default_value = "cost")]
    measure: QuotaMeasure,
    /// After which time it is whole again: `day`, `month`, or never (`total`).
    #[arg(long, default_value = "month")]
    period: QuotaPeriod,
    /// What becomes of a call that it stops: it waits while its session asks for more (`ask`), or it
    /// is refused at once (`refuse`).
    #[arg(long, default_value = "ask")]
    at_stop: AtStop,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Sets it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let Args { subject, limit, of, measure, period, at_stop, .. } = args;
    let quota =
        client.quota_put(&PutQuota { subject, of, measure, period, limit, at_stop }).await?;
    match args.format.format {
        Format::Json => try_print_json(&quota)?,
        Format::Quiet => print_line(quota.quota_id)?,
        Format::Text => {
            let limit = amount(quota.measure, quota.limit, words);
            print_line(words.quota_set(&limit, &short(&quota.quota_id)))?;
        }
    }
    Ok(Meaning::Done.into())
}
