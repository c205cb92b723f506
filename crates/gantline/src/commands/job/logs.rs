//! `gantline job logs`: what happened to a job.

use std::process::ExitCode;

use client::Client;
use contract::jobs::JobLogEntry;
use model::JobId;
use model::job::LogLevel;

use super::news::News;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::paint::Paint;

/// Which part of which log to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Job, by its identifier or the end of it.
    job: String,
    /// Only what comes after this position.
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    after: u64,
    /// Go on printing what happens, until the job ends.
    #[arg(long, short)]
    follow: bool,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Prints it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, invocation.words).await?;
    let mut after = args.after;
    let mut news = News::of(&client, job);
    loop {
        // Looked at first, so that what was written before the end is printed.
        let is_over = !args.follow || client.job(job).await?.summary.status.is_final();
        after = print_pages(&client, job, after, args.format.format).await?;
        if is_over {
            return Ok(Meaning::Done.into());
        }
        news.next().await?;
    }
}

/// Prints everything after a position, and answers how far that is.
async fn print_pages(
    client: &Client,
    job: JobId,
    mut after: u64,
    format: Format,
) -> anyhow::Result<u64> {
    loop {
        let page = client.job_logs(job, after, None).await?;
        for entry in &page.logs {
            print(entry, format)?;
        }
        match page.logs.last() {
            Some(entry) if entry.seq < page.last => after = entry.seq,
            Some(entry) => return Ok(entry.seq),
            None => return Ok(after),
        }
    }
}

fn print(entry: &JobLogEntry, format: Format) -> std::io::Result<()> {
    let paint = Paint::of_stdout();
    let message = escape::line(&entry.message);
    match format {
        Format::Json => try_print_json(entry),
        Format::Quiet => print_line(message),
        Format::Text => {
            let level = match entry.level {
                LogLevel::Info => paint.dim(entry.level),
                LogLevel::Warn => paint.yellow(entry.level),
                LogLevel::Error => paint.red(entry.level),
            };
            print_line(format_args!("{} {level} {message}", paint.dim(entry.timestamp)))
        }
    }
}
