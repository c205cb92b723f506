//! Jobs: one prompt each, done unattended.
//!
//! The names and states are those of the documents; what is ours is added beside them.

use model::job::{JobFailure, JobState, LogLevel};
use model::{JobId, MachineId, SessionId, TurnId};
use policy::PolicyOptions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::sessions::{Owner, PromptContent, WantedWorktree};
use crate::usage::UsageTotals;
use crate::webhooks::{JobWebhook, JobWebhookView};

/// Submits a job.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitJob {
    /// What the agent is to do: a text, or ACP content blocks. At most 4 MiB. Needed.
    #[serde(default, alias = "content", skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptContent>,
    /// The agent; the first that the machine has, if it is left out.
    #[serde(default, alias = "agent", alias = "cli_tool", skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// Where it is done; the only machine that is online, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// The directory; the machine's first workspace if it is left out.
    #[serde(default, alias = "cwd", alias = "workspace", skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// The model; the agent's default if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Has a worktree made for each attempt, of the Git repository in which the directory lies. The
    /// branch of a second attempt ends in `-2`, and so on, if it has a name of yours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worktree: Option<WantedWorktree>,
    /// How many seconds an attempt may take, at most 604800; 0 or left out: as long as it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// Jobs with a higher one go first on their machine, -100 to 100; 0 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// For how many seconds the machine may be away before the job fails, at most 604800. If it is
    /// left out, the machine must be online now and may be away for 900 seconds later on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_wait: Option<u64>,
    /// Whom to tell of its end, if anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<JobWebhook>,
    /// The same key with the same job makes one job, however often it is sent. Over HTTP the header
    /// `Idempotency-Key` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// What may be done; as `dev-default` has it if nothing is said.
    #[serde(flatten)]
    pub policy: PolicyOptions,
    /// Whether what else the agent asks waits for a person, for as long as `timeout` allows; if not,
    /// `non_interactive_permissions` decides. False if it is left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub interactive: bool,
}

/// A job as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobSummary {
    /// Identifier.
    pub id: JobId,
    /// Where it stands.
    pub status: JobState,
    /// What the agent is asked to do; in lists at most 2000 characters of it.
    pub prompt: String,
    /// Whether `prompt` is only the beginning.
    #[serde(default, skip_serializing_if = "is_false")]
    pub prompt_is_longer: bool,
    /// The agent.
    pub agent_name: String,
    /// When it was submitted.
    pub created_at: Time,
    /// When the last attempt was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// Why it failed or was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same as a stable word for programs, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<JobFailure>,
    /// Where it is done.
    pub machine_id: MachineId,
    /// The session of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The turn of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
    /// The directory asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// The model asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Jobs with a higher one go first.
    pub priority: i64,
    /// How many seconds an attempt may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// For how many seconds the machine may be away.
    pub machine_wait: u64,
    /// Whether a person may answer what the agent asks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub interactive: bool,
    /// How often it was queued.
    pub attempt: u32,
    /// Whose it is.
    pub owner: Owner,
    /// What the calls of models of all its attempts used.
    pub usage: UsageTotals,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde wants")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// The job, with its whole prompt.
    #[serde(flatten)]
    pub summary: JobSummary,
    /// What the agent said last: after its last tool call, or all of it if it said nothing after
    /// that. At most 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Whether `result` is only the beginning.
    #[serde(default, skip_serializing_if = "is_false")]
    pub result_is_longer: bool,
    /// What happened to it, at most the last 1000 lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<JobLogEntry>,
    /// The attempts that were begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<JobAttemptView>,
    /// What it may do without a person, as it was asked for; what that came to is in its session.
    #[serde(default)]
    pub policy: PolicyOptions,
    /// Who is told of its end, and what became of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<JobWebhookView>,
}

/// A line of a job's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobLogEntry {
    /// When it was written.
    pub timestamp: Time,
    /// How much it matters.
    pub level: LogLevel,
    /// For people.
    pub message: String,
    /// Position in the log, from 1. Where it jumps, lines were dropped.
    pub seq: u64,
}

/// An attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobAttemptView {
    /// Which one, from 1.
    pub attempt: u32,
    /// How it stands, or ended.
    pub status: JobState,
    /// The session in which it was done.
    pub session_id: SessionId,
    /// The turn in which it was done.
    pub turn_id: TurnId,
    /// When it was begun.
    pub started_at: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// Why it failed or was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Jobs {
    /// The newest first.
    pub jobs: Vec<JobSummary>,
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Does something with a job.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActOnJob {
    /// `cancel`, `retry` or `send_webhook`.
    pub action: String,
}

/// What became of a job that was to go away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RemovedJob {
    /// Always true.
    pub success: bool,
    /// `canceled`: it was not finished, and its record stays. `deleted`: its record is gone.
    pub outcome: JobRemoval,
    /// The job as it is now, or as it was last.
    pub job: JobSummary,
}

/// What became of a job that was to go away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobRemoval {
    /// It was not finished; it is cancelled, and its record stays.
    Canceled,
    /// It was finished; its record is gone.
    Deleted,
}

/// A page of a job's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobLogs {
    /// The oldest first.
    pub logs: Vec<JobLogEntry>,
    /// The highest position that exists.
    pub last: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_submitted_under_the_names_of_every_document() {
        for text in [
            r#"{"prompt":"p","agent":"codex"}"#,
            r#"{"content":"p","agent_name":"codex"}"#,
            r#"{"prompt":"p","cli_tool":"codex"}"#,
        ] {
            let submit: SubmitJob = serde_json::from_str(text).unwrap();
            assert_eq!(submit.prompt, Some(PromptContent::Text("p".to_owned())), "{text}");
            assert_eq!(submit.agent_name.as_deref(), Some("codex"), "{text}");
        }
    }

    #[test]
    fn a_policy_stands_beside_the_other_fields_and_unknown_ones_are_refused() {
        let text = r#"{"prompt":"p","preset":"full-auto","denied_tools":"Bash"}"#;
        let submit: SubmitJob = serde_json::from_str(text).unwrap();
        assert_eq!(submit.policy.permission_preset.as_deref(), Some("full-auto"));
        assert!(submit.policy.denied_tools.is_some());
        for text in [r#"{"prompt":"p","promt":"q"}"#, r#"{"prompt":"p","denied_tool":"Bash"}"#] {
            let error = serde_json::from_str::<SubmitJob>(text).unwrap_err().to_string();
            assert!(error.contains("unknown field"), "{error}");
        }
    }
}
