//! `gantline job list`: the jobs that one may see.

use std::process::ExitCode;

use client::{Client, JobFilter};
use contract::jobs::{JobSummary, Jobs};
use host::SystemClock;
use model::Clock;
use model::job::JobState;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Which jobs to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only those that stand so: `queued`, `running`, `completed`, `failed` or `canceled`.
    #[arg(long, value_name = "STATUS")]
    status: Option<JobState>,
    /// Only on this machine, by its name or identifier.
    #[arg(long, short, value_name = "NAME|ID")]
    machine: Option<String>,
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
    let machine = match args.machine {
        Some(name) => {
            let option = MachineOption { machine: Some(name) };
            Some(lookup::machine(&client, &option, words).await?.machine_id)
        }
        None => None,
    };
    let filter = JobFilter { status: args.status, machine, ..JobFilter::default() };
    let jobs = jobs(&client, filter, args.limit).await?;
    match args.format.format {
        Format::Json => try_print_json(&Jobs { jobs, next_cursor: None })?,
        Format::Quiet => {
            for job in jobs {
                print_line(job.id)?;
            }
        }
        Format::Text if jobs.is_empty() => print_line(words.no_jobs())?,
        Format::Text => print(jobs, words)?,
    }
    Ok(Meaning::Done.into())
}

/// The newest jobs, at most so many.
async fn jobs(
    client: &Client,
    mut filter: JobFilter,
    most: usize,
) -> anyhow::Result<Vec<JobSummary>> {
    let mut all = Vec::new();
    while all.len() < most {
        let left = u32::try_from(most - all.len()).unwrap_or(u32::MAX).min(200);
        let page = client.jobs(&JobFilter { limit: Some(left), ..filter.clone() }).await?;
        all.extend(page.jobs);
        match page.next_cursor {
            Some(cursor) => filter.cursor = Some(cursor),
            None => break,
        }
    }
    Ok(all)
}

fn print(jobs: Vec<JobSummary>, words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let rows = jobs.into_iter().map(|job| {
        [
            short(&job.id),
            words.job_state(job.status).to_owned(),
            job.agent_name,
            first_line(&job.prompt),
            words.ago(now.since(job.created_at.0)),
        ]
    });
    print_table(words.job_headings(), rows)
}

/// What fits into a list.
fn first_line(prompt: &str) -> String {
    const MOST: usize = 60;
    let line = prompt.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    line.chars().take(MOST - 1).chain(['…']).collect()
}
