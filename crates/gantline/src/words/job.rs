//! What is said of jobs.

use model::job::JobState;
use model::webhook::DeliveryState;

/// Names of what is known of a job.
pub(crate) struct JobLabels {
    pub id: &'static str,
    pub status: &'static str,
    pub error: &'static str,
    pub prompt: &'static str,
    pub agent: &'static str,
    pub model: &'static str,
    pub machine: &'static str,
    pub directory: &'static str,
    pub session: &'static str,
    pub attempt: &'static str,
    pub created: &'static str,
    pub started: &'static str,
    pub finished: &'static str,
    pub usage: &'static str,
}

/// What is said of jobs.
pub(crate) trait JobWords {
    fn no_jobs(&self) -> &'static str;
    fn no_such_job(&self, name: &str) -> String;
    fn several_jobs(&self, name: &str) -> String;
    fn hint_list_jobs(&self) -> &'static str;
    fn job_headings(&self) -> [&'static str; 5];
    fn job_labels(&self) -> JobLabels;
    fn job_state(&self, state: JobState) -> &'static str;
    fn job_is(&self, job: &str, state: &str) -> String;
    fn job_ended(&self, state: JobState, error: Option<&str>) -> String;
    fn job_goes_on(&self) -> &'static str;
    fn delete_job(&self, job: &str) -> String;
    fn job_deleted(&self, job: &str) -> String;
    fn hint_wait_for_job(&self, job: &str) -> String;
    fn webhook(&self) -> &'static str;
    fn delivery_state(&self, state: DeliveryState) -> &'static str;
    fn webhook_next(&self, at: &str) -> String;
    fn webhook_is_sent(&self, job: &str) -> String;
    fn replace_webhook_secret(&self) -> &'static str;
    fn webhook_secret_once(&self) -> &'static str;
    fn webhook_secret_since(&self, ago: &str) -> String;
    fn webhook_secret_previous(&self, until: &str) -> String;
    fn no_webhook_secret(&self) -> &'static str;
    fn hint_webhook_secret(&self) -> &'static str;
}
