//! `gantline quota requests`: sessions that wait because a quota has stopped them.

use std::process::ExitCode;

use contract::quotas::{BudgetRequestView, BudgetRequests};
use host::SystemClock;
use model::{Clock, Timestamp};

use crate::connection::ConnectionOptions;
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
    let requests = client.budget_requests(None).await?;
    match args.format.format {
        Format::Json => try_print_json(&BudgetRequests { requests })?,
        Format::Quiet => {
            for request in requests {
                print_line(request.budget_request_id)?;
            }
        }
        Format::Text if requests.is_empty() => print_line(words.nobody_waits_for_budget())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = requests.into_iter().map(|request| row(&request, now, words));
            print_table(words.budget_request_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

fn row(request: &BudgetRequestView, now: Timestamp, words: &dyn Words) -> [String; 7] {
    [
        short(&request.budget_request_id),
        short(&request.session_id),
        request.subject.to_string(),
        amount(request.measure, request.used, words),
        amount(request.measure, request.limit, words),
        amount(request.measure, request.asked, words),
        words.ago(now.since(request.asked_at.0)),
    ]
}
