//! `gantline job cancel`, `gantline job retry` and `gantline job send-webhook`.

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

/// Sends its webhook once more.
pub(crate) async fn send_webhook(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, words).await?;
    let view = client.job_send_webhook(job).await?;
    match args.format.format {
        Format::Json => try_print_json(&view)?,
        Format::Quiet => {}
        Format::Text => print_line(words.webhook_is_sent(&short(&job)))?,
    }
    Ok(Meaning::Done.into())
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
