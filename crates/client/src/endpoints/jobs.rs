use contract::jobs::{ActOnJob, JobLogs, JobView, Jobs, RemovedJob, SubmitJob};
use http::Method;
use model::job::JobState;
use model::{JobId, MachineId};

use crate::http::Call;
use crate::path::Path;
use crate::retry::Window;
use crate::{Client, Error};

/// How often a submission is sent again when nobody knows whether it has arrived.
const SUBMIT_ATTEMPTS: u32 = 4;

/// Which jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only in this state.
    pub status: Option<JobState>,
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// The `next_cursor` of the answer before.
    pub cursor: Option<String>,
    /// At most this many, 1 to 200; 50 if it is left out.
    pub limit: Option<u32>,
}

impl Client {
    /// Submits a job. With the same key the same submission makes one job, however often it is
    /// sent; so it is sent again where nobody knows whether it has arrived.
    pub async fn job_submit(&self, body: &SubmitJob, key: &str) -> Result<JobView, Error> {
        let mut window = Window::new(&self.inner.config.patience);
        loop {
            let call = Call::new(Method::POST, "/api/jobs".to_owned()).with_body(body)?;
            match self.call(call.with_key(key)).await {
                Err(error) if error.is_offline() && window.attempts() + 1 < SUBMIT_ATTEMPTS => {
                    tokio::time::sleep(window.draw(&*self.inner.config.rng)).await;
                }
                answer => return answer,
            }
        }
    }

    /// A page of the jobs that one may see, the newest first.
    pub async fn jobs(&self, filter: &JobFilter) -> Result<Jobs, Error> {
        let path = Path::new("/api/jobs")
            .with("status", filter.status)
            .with("machine_id", filter.machine)
            .with("cursor", filter.cursor.as_deref())
            .with("limit", filter.limit);
        self.get(path.into_text()).await
    }

    /// One job.
    pub async fn job(&self, job: JobId) -> Result<JobView, Error> {
        self.get(format!("/api/jobs/{job}")).await
    }

    /// A page of a job's log: what comes after a position.
    pub async fn job_logs(
        &self,
        job: JobId,
        after: u64,
        limit: Option<u32>,
    ) -> Result<JobLogs, Error> {
        let path = Path::new(format!("/api/jobs/{job}/logs"))
            .with("after", Some(after))
            .with("limit", limit);
        self.get(path.into_text()).await
    }

    /// Cancels a job, queued or running. The second time is answered as the first.
    pub async fn job_cancel(&self, job: JobId) -> Result<JobView, Error> {
        self.act_on_job(job, "cancel").await
    }

    /// Queues a job that has failed once more.
    pub async fn job_retry(&self, job: JobId) -> Result<JobView, Error> {
        self.act_on_job(job, "retry").await
    }

    /// Sends the webhook of a job once more.
    pub async fn job_send_webhook(&self, job: JobId) -> Result<JobView, Error> {
        self.act_on_job(job, "send_webhook").await
    }

    /// Cancels a job that is not finished; removes the record of one that is.
    pub async fn job_delete(&self, job: JobId) -> Result<RemovedJob, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/jobs/{job}"))).await
    }

    async fn act_on_job(&self, job: JobId, action: &str) -> Result<JobView, Error> {
        let body = ActOnJob { action: action.to_owned() };
        self.send(Method::POST, format!("/api/jobs/{job}"), &body).await
    }
}
