//! `gantline job cancel` and `gantline job retry`.

use std::process::ExitCode;

use contract::jobs::JobView;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// Which job.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Job, by its identifier or the end of it.
    job: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Stops it.
pub(crate) async fn cancel(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, invocation.words).await?;
    tell(&client.job_cancel(job).await?, args.format.format, invocation.words)
}

/// Queues it once more.
pub(crate) async fn retry(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, invocation.words).await?;
    tell(&client.job_retry(job).await?, args.format.format, invocation.words)
}

fn tell(job: &JobView, format: Format, words: &dyn Words) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(job)?,
        Format::Quiet => {}
        Format::Text => {
            let state = words.job_state(job.summary.status);
            print_line(words.job_is(&short(&job.summary.id), state))?;
        }
    }
    Ok(Meaning::Done.into())
}
