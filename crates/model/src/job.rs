//! Unattended work: one prompt, queued, with a result.

use std::time::Duration;

use crate::agent::AgentName;
use crate::words;
use crate::{InvalidTransition, JobId, MachineId, SessionId, TenantId, Timestamp, TurnId, UserId};

words! {
    /// Where a job stands.
    pub enum JobState as "job state" {
        /// It waits for its turn, or for its machine.
        Queued = "queued",
        /// An agent works on it.
        Running = "running",
        /// The agent is done, and the result is there.
        Completed = "completed",
        /// It could not be begun, or it ended with an error. It can be tried again.
        Failed = "failed",
        /// Somebody cancelled it.
        Canceled = "canceled",
    }
}

impl JobState {
    /// Whether nothing follows unless somebody asks for another attempt.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }

    /// Moves as documented: what waits is begun, given up or cancelled, what runs ends, and what
    /// has failed may wait again.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        let allowed = match self {
            Self::Queued => matches!(next, Self::Running | Self::Failed | Self::Canceled),
            Self::Running => next.is_final(),
            Self::Failed => next == Self::Queued,
            Self::Completed | Self::Canceled => false,
        };
        if allowed {
            return Ok(next);
        }
        Err(InvalidTransition { what: "job", from: self.as_str(), to: next.as_str() })
    }
}

words! {
    /// Why a job has failed.
    pub enum JobFailure as "job failure" {
        /// Its machine was away for longer than the job would wait.
        MachineOffline = "machine_offline",
        /// Its machine is there no more.
        MachineRemoved = "machine_removed",
        /// Its owner may not do this any more.
        NotAllowed = "not_allowed",
        /// The session could not be started, for example because the directory is missing.
        NotStarted = "not_started",
        /// The turn ended with an error.
        TurnFailed = "turn_failed",
        /// The machine lost track of the turn. It may have had effects and is never run again by
        /// itself.
        TurnUnknown = "turn_unknown",
        /// The agent stopped before it was done: too many tokens or requests, or a refusal.
        StoppedEarly = "stopped_early",
        /// It took longer than it was given.
        TimedOut = "timed_out",
    }
}

words! {
    /// How much a line of a job's log matters.
    pub enum LogLevel as "log level" {
        /// The way things go.
        Info = "info",
        /// Something went otherwise than it should.
        Warn = "warn",
        /// The job has failed of it.
        Error = "error",
    }
}

/// Unattended work, but for its long texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Identifier.
    pub id: JobId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Who submitted it; it is done in their name.
    pub owner: UserId,
    /// Where it is done.
    pub machine: MachineId,
    /// The agent that does it.
    pub agent: AgentName,
    /// The directory on the machine; the machine's first workspace if there is none.
    pub workspace: Option<String>,
    /// The model; the agent's default if there is none.
    pub model: Option<String>,
    /// The beginning of what the agent is asked to do, at most [`Self::HEAD_CHARACTERS`].
    pub prompt_head: String,
    /// Whether the prompt is longer than that.
    pub prompt_is_longer: bool,
    /// Jobs with a higher one go first on their machine.
    pub priority: i64,
    /// How long an attempt may take.
    pub timeout: Option<Duration>,
    /// For how long its machine may be away before the job fails.
    pub machine_wait: Duration,
    /// Whether a person may answer what its agent asks.
    pub interactive: bool,
    /// Where it stands.
    pub state: JobState,
    /// How often it was queued, from 1.
    pub attempt: u32,
    /// The session of the attempt that was begun last.
    pub session: Option<SessionId>,
    /// The turn of the attempt that was begun last.
    pub turn: Option<TurnId>,
    /// Why it has failed.
    pub failure: Option<JobFailure>,
    /// Why it has failed or was cancelled, for people.
    pub error: Option<String>,
    /// When it was submitted.
    pub created_at: Timestamp,
    /// When it was queued for the last time.
    pub queued_at: Timestamp,
    /// When the last attempt was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Job {
    /// How much of a prompt is in `prompt_head`.
    pub const HEAD_CHARACTERS: usize = 2_000;
}

/// One line of a job's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLogLine {
    /// Position in the log, from 1. Where it jumps, lines were dropped to keep the log bounded.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// How much it matters.
    pub level: LogLevel,
    /// One line for people.
    pub message: String,
}

/// One attempt of a job that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobAttempt {
    /// Which one, from 1.
    pub number: u32,
    /// The session in which it was done.
    pub session: SessionId,
    /// The turn in which it was done.
    pub turn: TurnId,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How it ended.
    pub state: JobState,
    /// Why it failed or was cancelled, for people.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::JobState::{self, Canceled, Completed, Failed, Queued, Running};

    /// The documented transitions, and no other.
    #[test]
    fn jobs_move_as_documented() {
        let documented = [
            (Queued, Running),
            (Queued, Failed),
            (Queued, Canceled),
            (Running, Completed),
            (Running, Failed),
            (Running, Canceled),
            (Failed, Queued),
        ];
        for from in JobState::ALL {
            for to in JobState::ALL {
                let expected = documented.contains(&(*from, *to));
                assert_eq!(from.become_state(*to).is_ok(), expected, "{from} to {to}");
            }
        }
    }
}
