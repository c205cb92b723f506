//! `gantline audit list`: what was done, the newest first.

use std::collections::BTreeMap;
use std::process::ExitCode;

use client::{AuditFilter, Client};
use contract::audit::Audit;
use host::SystemClock;
use model::Clock;
use model::audit::{AuditLog, AuditResult};

use crate::commands::usage::days_before;
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Which lines to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whose log: `tenant`, or `server` for that of the installation.
    #[arg(long, value_name = "LOG", default_value_t)]
    log: AuditLog,
    /// Only what was done by this one, such as `user:0190…` or `system`.
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// Only this action, such as `session.start`, or all that begin so, such as `session`.
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only what was done to this, such as `machine:0190…`.
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// Only what was done (`ok`) or what was refused (`refused`).
    #[arg(long, value_name = "RESULT")]
    result: Option<AuditResult>,
    /// Only of the last so many days.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(1..=36_500))]
    days: Option<i64>,
    /// At most this many.
    #[arg(long, default_value_t = 50, value_name = "COUNT")]
    limit: usize,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let now = SystemClock::start().now();
    let filter = AuditFilter {
        log: args.log,
        actor: args.actor,
        action: args.action,
        object: args.object,
        result: args.result,
        since: args.days.map(|days| days_before(now, days).into()),
        ..AuditFilter::default()
    };
    let Audit { records, names, .. } = records(&client, filter, args.limit).await?;
    match args.format.format {
        Format::Json => try_print_json(&Audit { records, names, next_cursor: None })?,
        Format::Quiet => {
            for record in records {
                print_line(record.position)?;
            }
        }
        Format::Text if records.is_empty() => print_line(words.no_audit_records())?,
        Format::Text => {
            let rows = records.into_iter().map(|it| {
                [
                    it.position.to_string(),
                    it.at.to_string(),
                    names.get(&it.actor).cloned().unwrap_or(it.actor),
                    it.action,
                    names.get(&it.object).cloned().unwrap_or(it.object),
                    it.result,
                ]
            });
            print_table(words.audit_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

/// The newest lines, at most so many. Where a filter finds little, pages may be empty on the way.
async fn records(client: &Client, mut filter: AuditFilter, most: usize) -> anyhow::Result<Audit> {
    let mut all = Audit { records: Vec::new(), names: BTreeMap::new(), next_cursor: None };
    while all.records.len() < most {
        filter.limit = Some(u32::try_from(most - all.records.len()).unwrap_or(u32::MAX).min(500));
        let page = client.audit(&filter).await?;
        all.records.extend(page.records);
        all.names.extend(page.names);
        match page.next_cursor {
            Some(cursor) => filter.cursor = Some(cursor),
            None => break,
        }
    }
    Ok(all)
}
