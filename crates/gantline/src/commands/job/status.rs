//! `gantline job status`: one job, with its result.

use std::process::ExitCode;

use contract::Time;
use contract::jobs::JobView;
use contract::webhooks::JobWebhookView;
use host::SystemClock;
use model::Clock;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::money::dollars;
use crate::output::{Format, FormatOption, print_fields, print_line, try_print_json};
use crate::words::Words;

/// Which job to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Job, by its identifier or the end of it.
    job: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Shows it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let id = lookup::job(&client, &args.job, invocation.words).await?;
    let job = client.job(id).await?;
    match args.format.format {
        Format::Json => try_print_json(&job)?,
        Format::Quiet => print_line(job.summary.status)?,
        Format::Text => print(job, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(job: JobView, words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let ago = |time: contract::Time| words.ago(now.since(time.0));
    let labels = words.job_labels();
    let one = job.summary;
    let id = |id: Option<String>| id.unwrap_or_default();
    print_fields([
        (labels.id, one.id.to_string()),
        (labels.status, words.job_state(one.status).to_owned()),
        (labels.error, one.error.unwrap_or_default()),
        (labels.prompt, one.prompt),
        (labels.agent, one.agent_name),
        (labels.model, one.model.unwrap_or_default()),
        (labels.machine, one.machine_id.to_string()),
        (labels.directory, one.project_path.unwrap_or_default()),
        (labels.session, id(one.session_id.map(|session| session.to_string()))),
        (labels.attempt, one.attempt.to_string()),
        (labels.created, ago(one.created_at)),
        (labels.started, one.started_at.map(ago).unwrap_or_default()),
        (labels.finished, one.finished_at.map(ago).unwrap_or_default()),
        (labels.usage, {
            let cost = dollars(one.usage.cost_usd, one.usage.cost_is_assumed);
            words.usage_sum(one.usage.calls, one.usage.total_tokens, &cost)
        }),
    ])?;
    if let Some(webhook) = job.webhook {
        print_webhook(&webhook, words, ago)?;
    }
    if let Some(result) = job.result {
        print_line("")?;
        print_line(escape::text(result.trim_end()))?;
    }
    Ok(())
}

fn print_webhook(
    webhook: &JobWebhookView,
    words: &dyn Words,
    ago: impl Fn(Time) -> String,
) -> std::io::Result<()> {
    print_line("")?;
    print_line(format_args!("{} {}", words.webhook(), escape::line(&webhook.url)))?;
    for delivery in &webhook.deliveries {
        let state = words.delivery_state(delivery.status);
        print_line(format_args!("  {}: {state}", escape::line(&delivery.event)))?;
        for attempt in &delivery.attempts {
            let status = attempt.status.map(|status| status.to_string()).unwrap_or_default();
            let error = attempt.error.as_deref().map(escape::line).unwrap_or_default();
            let line = format!("    {}  {status} {error}", ago(attempt.at));
            print_line(line.trim_end())?;
        }
        if let Some(next) = delivery.next_attempt_at {
            print_line(format_args!("    {}", words.webhook_next(&next.to_string())))?;
        }
    }
    Ok(())
}
