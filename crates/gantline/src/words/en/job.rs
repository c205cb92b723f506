//! What is said of jobs, in English.

use model::job::JobState;
use model::webhook::DeliveryState;

use super::English;
use crate::words::job::{JobLabels, JobWords};

impl JobWords for English {
    fn no_jobs(&self) -> &'static str {
        "There are no jobs"
    }

    fn no_such_job(&self, name: &str) -> String {
        format!("there is no job `{name}`")
    }

    fn several_jobs(&self, name: &str) -> String {
        format!("several jobs end with `{name}`")
    }

    fn hint_list_jobs(&self) -> &'static str {
        "`gantline job list` shows them"
    }

    fn job_headings(&self) -> [&'static str; 5] {
        ["ID", "STATUS", "AGENT", "PROMPT", "SUBMITTED"]
    }

    fn job_labels(&self) -> JobLabels {
        JobLabels {
            id: "ID",
            status: "Status",
            error: "Error",
            prompt: "Prompt",
            agent: "Agent",
            model: "Model",
            machine: "Machine",
            directory: "Directory",
            session: "Session",
            attempt: "Attempt",
            created: "Submitted",
            started: "Started",
            finished: "Finished",
            usage: "Usage",
        }
    }

    fn job_state(&self, state: JobState) -> &'static str {
        match state {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Completed => "completed",
            JobState::Failed => "failed",
            JobState::Canceled => "canceled",
        }
    }

    fn job_is(&self, job: &str, state: &str) -> String {
        format!("Job {job} is {state}")
    }

    fn job_ended(&self, state: JobState, error: Option<&str>) -> String {
        let what = match state {
            JobState::Canceled => "the job was cancelled",
            _ => "the job has failed",
        };
        match error {
            Some(error) => format!("{what}: {error}"),
            None => what.to_owned(),
        }
    }

    fn job_goes_on(&self) -> &'static str {
        "the job is not finished; it goes on"
    }

    fn delete_job(&self, job: &str) -> String {
        format!("Delete the job {job} with its result and its log?")
    }

    fn job_deleted(&self, job: &str) -> String {
        format!("Job {job} is deleted")
    }

    fn hint_wait_for_job(&self, job: &str) -> String {
        format!("Wait for it: gantline job wait {job}")
    }

    fn webhook(&self) -> &'static str {
        "Webhook:"
    }

    fn delivery_state(&self, state: DeliveryState) -> &'static str {
        match state {
            DeliveryState::Pending => "to be sent",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "not delivered",
            DeliveryState::Refused => "refused by the receiver",
        }
    }

    fn webhook_next(&self, at: &str) -> String {
        format!("next attempt at {at}")
    }

    fn webhook_is_sent(&self, job: &str) -> String {
        format!("The webhook of job {job} is sent again")
    }

    fn replace_webhook_secret(&self) -> &'static str {
        "Replace the secret that signs your webhooks?"
    }

    fn webhook_secret_once(&self) -> &'static str {
        "The receiver needs this secret. It is shown this one time."
    }

    fn webhook_secret_since(&self, ago: &str) -> String {
        format!("Webhooks are signed with a secret that was made {ago}")
    }

    fn webhook_secret_previous(&self, until: &str) -> String {
        format!("The one before it signs too until {until}")
    }

    fn no_webhook_secret(&self) -> &'static str {
        "There is no secret yet that signs webhooks"
    }

    fn hint_webhook_secret(&self) -> &'static str {
        "`gantline webhook secret` makes one"
    }
}
