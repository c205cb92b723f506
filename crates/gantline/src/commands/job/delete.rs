//! `gantline job delete`: removes the record of a job, or stops one that is not finished.

use std::process::ExitCode;

use contract::jobs::JobRemoval;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which job.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Job, by its identifier or the end of it.
    job: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Removes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let job = lookup::job(&client, &args.job, words).await?;
    confirm::ask(args.consent, &words.delete_job(&short(&job)), words)?;
    let removed = client.job_delete(job).await?;
    match args.format.format {
        Format::Json => try_print_json(&removed)?,
        Format::Quiet => {}
        Format::Text => print_line(match removed.outcome {
            JobRemoval::Canceled => words.job_is(&short(&job), words.job_state(removed.job.status)),
            JobRemoval::Deleted => words.job_deleted(&short(&job)),
        })?,
    }
    Ok(Meaning::Done.into())
}
