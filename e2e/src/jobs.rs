//! Jobs as one who waits for them sees them.

use anyhow::{Context, Result, ensure};
use client::Client;
use contract::jobs::{JobView, SubmitJob};
use contract::sessions::PromptContent;
use model::JobId;
use model::job::JobState;

use crate::patience::{PATIENCE, within};

/// A job for the scripted agent.
pub fn job_of(prompt: &str) -> SubmitJob {
    SubmitJob {
        prompt: Some(PromptContent::Text(prompt.to_owned())),
        agent_name: Some("demo".to_owned()),
        ..SubmitJob::default()
    }
}

/// Waits until something is so of a job.
pub async fn job_is(
    client: &Client,
    job: JobId,
    what: &str,
    is_so: impl Fn(&JobView) -> bool,
) -> Result<JobView> {
    // What happens from now on is told, so that nothing is missed between asking and waiting.
    let mut live = client.live();
    within(PATIENCE, &format!("wait until job {job} {what}"), async {
        loop {
            match client.job(job).await {
                Ok(view) if is_so(&view) => return Ok(view),
                Ok(view) => {
                    let status = view.summary.status;
                    ensure!(!status.is_final(), "it is {status}: {:?}", view.summary.error);
                }
                Err(error) if error.is_offline() => {}
                Err(error) => return Err(error.into()),
            }
            live.next().await.context("follow the jobs")?;
        }
    })
    .await
}

/// Waits until a job has ended.
pub async fn job_ended(client: &Client, job: JobId) -> Result<JobView> {
    job_is(client, job, "has ended", |view| view.summary.status.is_final()).await
}

/// Waits until a job has ended in a state.
pub async fn job_ended_as(client: &Client, job: JobId, state: JobState) -> Result<JobView> {
    let view = job_ended(client, job).await?;
    let is = view.summary.status;
    ensure!(is == state, "it is {is}, not {state}: {:?} {:?}", view.summary.error, view.logs);
    Ok(view)
}
