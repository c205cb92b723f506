//! `gantline usage`: what model calls used.

use std::process::ExitCode;

use contract::usage::{UsageGroup, UsageSummary, UsageTotals};
use host::SystemClock;
use model::usage::UsageGrouping;
use model::{Clock as _, Timestamp};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::money::{dollars, grouped};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

const DAY_MS: i64 = 86_400_000;

/// Of which time, and how it is added up.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// By what it is added up: `day`, `hour`, `user`, `machine`, `session` or `model`.
    #[arg(default_value = "day")]
    by: UsageGrouping,
    /// For how many days, until now.
    #[arg(long, value_name = "COUNT", default_value_t = 30,
        value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Says it: everybody's to administrators, to others their own.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let since = days_before(SystemClock::start().now(), args.days);
    let usage = client.usage_summary(args.by, Some(since.into())).await?;
    match args.format.format {
        Format::Json => try_print_json(&usage)?,
        Format::Quiet => print_line(usage.total.cost_usd)?,
        Format::Text if usage.groups.is_empty() => print_line(words.nothing_used(args.days))?,
        Format::Text => print(&usage, words)?,
    }
    Ok(Meaning::Done.into())
}

/// So many days before a moment.
pub(crate) fn days_before(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() - days * DAY_MS)
}

fn print(usage: &UsageSummary, words: &dyn Words) -> std::io::Result<()> {
    let mut rows: Vec<_> =
        usage.groups.iter().map(|group| row(&named(group), &group.totals)).collect();
    rows.push(row(words.in_all(), &usage.total));
    print_table(words.usage_headings(), rows)?;
    if usage.has_more_groups {
        print_line(words.more_is_left_out())?;
    }
    if usage.total.cost_is_assumed {
        print_line(words.cost_is_assumed())?;
    }
    Ok(())
}

/// What people call it, before what programs do.
fn named(group: &UsageGroup) -> String {
    let name = if group.name.is_empty() { &group.key } else { &group.name };
    escape::line(name).into_owned()
}

fn row(name: &str, totals: &UsageTotals) -> [String; 6] {
    let tokens = &totals.tokens;
    let cached = tokens.cache_read + tokens.cache_write + tokens.cache_write_1h;
    [
        name.to_owned(),
        grouped(totals.calls),
        grouped(tokens.input),
        grouped(cached),
        grouped(tokens.output),
        dollars(totals.cost_usd, totals.cost_is_assumed),
    ]
}
