//! `job.*`: unattended work, as `/api/jobs` has it.

use contract::jobs::{JobLogs, JobRemoval, RemovedJob};
use contract::rpc::{JobLog, ListJobs, OfJob};
use control::jobs::{self, Removal};
use control::webhooks;

use super::call::{Call, Method, Outcome, answer};
use crate::pages::{self, JobList};
use crate::routes::jobs::request;
use crate::views;

pub(super) const METHODS: &[Method] = &[
    Method::new("job.submit", |call| Box::pin(submit(call))),
    Method::new("job.get", |call| Box::pin(get(call))),
    Method::new("job.list", |call| Box::pin(list(call))),
    Method::new("job.logs", |call| Box::pin(logs(call))),
    Method::new("job.cancel", |call| Box::pin(cancel(call))),
    Method::new("job.retry", |call| Box::pin(retry(call))),
    Method::new("job.send_webhook", |call| Box::pin(send_webhook(call))),
    Method::new("job.delete", |call| Box::pin(delete(call))),
];

/// How many lines of a log are in an answer if nothing is said.
const DEFAULT_LINES: u32 = 200;

/// Submits a job.
async fn submit(call: Call) -> Outcome {
    let plane = &call.app.plane;
    let request = request(call.params()?)?;
    let submitted = jobs::job_submit(plane, &call.actor, request).await?;
    answer(&views::jobs::whole(plane, submitted.job).await?)
}

/// Shows a job.
async fn get(call: Call) -> Outcome {
    let OfJob { job_id } = call.params()?;
    let job = jobs::job(&call.app.plane, &call.actor, job_id).await?;
    answer(&views::jobs::whole(&call.app.plane, job).await?)
}

/// Lists jobs, the newest first.
async fn list(call: Call) -> Outcome {
    let ListJobs { status, machine_id, cursor, limit } = call.params()?;
    let list = JobList { status, machine_id, cursor, limit };
    answer(&pages::jobs(&call.app.plane, &call.actor, list).await?)
}

/// Reads a page of a job's log.
async fn logs(call: Call) -> Outcome {
    let JobLog { job_id, after, limit } = call.params()?;
    let limit = limit.unwrap_or(DEFAULT_LINES);
    let (lines, last) = jobs::job_log(&call.app.plane, &call.actor, job_id, after, limit).await?;
    answer(&JobLogs { logs: lines.iter().map(views::jobs::log_entry).collect(), last })
}

/// Cancels a job that is not finished.
async fn cancel(call: Call) -> Outcome {
    let OfJob { job_id } = call.params()?;
    jobs::job_cancel(&call.app.plane, &call.actor, job_id).await?;
    get(call).await
}

/// Queues a job that has failed once more.
async fn retry(call: Call) -> Outcome {
    let OfJob { job_id } = call.params()?;
    jobs::job_retry(&call.app.plane, &call.actor, job_id).await?;
    get(call).await
}

/// Sends the webhook of a job once more.
async fn send_webhook(call: Call) -> Outcome {
    let OfJob { job_id } = call.params()?;
    webhooks::webhook_send_again(&call.app.plane, &call.actor, job_id).await?;
    get(call).await
}

/// Cancels a job that is not finished; removes the record of one that is.
async fn delete(call: Call) -> Outcome {
    let OfJob { job_id } = call.params()?;
    let plane = &call.app.plane;
    let (outcome, job) = match jobs::job_remove(plane, &call.actor, job_id).await? {
        Removal::Canceled(job) => (JobRemoval::Canceled, job),
        Removal::Deleted(job) => (JobRemoval::Deleted, job),
    };
    let job = views::jobs::summary(plane, &job).await?;
    answer(&RemovedJob { success: true, outcome, job })
}
