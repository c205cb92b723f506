//! `gantline job wait`: until a job has ended.

use std::process::ExitCode;
use std::time::Duration;

use anstream::eprintln;
use client::Client;
use contract::jobs::JobView;
use model::JobId;
use model::job::{JobFailure, JobState};
use owo_colors::OwoColorize;

use super::news::News;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// Which job to wait for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Job, by its identifier or the end of it.
    job: String,
    /// Wait no longer than so many seconds; the job goes on.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Waits for it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, invocation.words).await?;
    let limit = args.timeout.map(Duration::from_secs);
    until_over(&client, job, limit, args.format.format, invocation.words).await
}

/// Waits for the end of a job, and tells it. A server that is away is waited for.
pub(super) async fn until_over(
    client: &Client,
    job: JobId,
    limit: Option<Duration>,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    let ended = ended(client, job);
    let view = match limit {
        Some(limit) => tokio::time::timeout(limit, ended)
            .await
            .map_err(|_| Refusal::new(Meaning::TimedOut, words.job_goes_on()))??,
        None => ended.await?,
    };
    let meaning = meaning(&view);
    match format {
        Format::Json => try_print_json(&view)?,
        Format::Quiet | Format::Text => {
            if let Some(result) = &view.result {
                print_line(escape::text(result.trim_end()))?;
            }
            if meaning != Meaning::Done {
                let error = view.summary.error.as_deref().map(escape::line);
                let text = words.job_ended(view.summary.status, error.as_deref());
                eprintln!("{}: {text}", words.error().red().bold());
            }
        }
    }
    Ok(meaning.into())
}

async fn ended(client: &Client, job: JobId) -> Result<JobView, client::Error> {
    let mut news = News::of(client, job);
    loop {
        match client.job(job).await {
            Ok(view) if view.summary.status.is_final() => return Ok(view),
            Ok(_) => {}
            Err(error) if error.is_offline() => {}
            Err(error) => return Err(error),
        }
        news.next().await?;
    }
}

/// What the end of a job means for whoever has waited for it.
fn meaning(job: &JobView) -> Meaning {
    match (job.summary.status, job.summary.error_code) {
        (JobState::Completed, _) => Meaning::Done,
        (JobState::Failed, Some(JobFailure::TimedOut)) => Meaning::TimedOut,
        (JobState::Failed, Some(JobFailure::NotAllowed)) => Meaning::Denied,
        (JobState::Failed, Some(JobFailure::MachineOffline | JobFailure::MachineRemoved)) => {
            Meaning::Unreachable
        }
        _ => Meaning::Failed,
    }
}
