//! What is said of jobs, in English.

use model::job::JobState;

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
}
