//! Why a use case did not do what was asked, by meaning. The doors turn the meaning into a status
//! code, the text into words for people, and the source into a line of the log.

use std::error::Error as StdError;
use std::fmt;

use model::session::SessionState;
use relay::CallFailure;
use store::StoreError;

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nobody knows who is asking.
    Unauthenticated,
    /// The actor may not do this.
    Denied,
    /// There is no such thing, or not for this actor.
    NotFound,
    /// The request is not one that could ever work.
    Invalid,
    /// The thing is not in a state in which this works.
    Conflict,
    /// Too much in too short a time.
    Throttled,
    /// It would work at another time: a machine is offline, a disk is full.
    Unavailable,
    /// Our fault.
    Internal,
}

/// Whose log a refusal belongs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// That of the tenant of whoever asked.
    OwnTenant,
    /// The installation's: the thing is another tenant's, and that there is one is nothing that
    /// their own may learn.
    Installation,
}

/// That the actor may not do what they asked for, or may not know of it, as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The error's word for programs.
    pub code: &'static str,
    /// Whose log it belongs into.
    pub concerns: Concerns,
}

/// Why a use case did not do what was asked.
#[derive(Debug)]
pub struct Error {
    /// What kind of refusal it is.
    pub meaning: Meaning,
    /// A stable word for programs.
    pub code: &'static str,
    /// What was wrong, for people.
    pub message: String,
    /// What to do about it, for people.
    pub hint: Option<String>,
    /// Seconds to wait before trying again, where that is known.
    pub retry_after_s: Option<u64>,
    /// Where the session stands in which that is not possible, if that is why.
    pub session_state: Option<SessionState>,
    /// Whose log it belongs into that there is such a thing after all, if there is.
    hidden: Option<Concerns>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    fn new(meaning: Meaning, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            meaning,
            code,
            message: message.into(),
            hint: None,
            retry_after_s: None,
            session_state: None,
            hidden: None,
            source: None,
        }
    }

    /// Nobody knows who is asking.
    pub fn unauthenticated(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Meaning::Unauthenticated, code, message)
    }

    /// The actor may not do this.
    pub fn denied(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Meaning::Denied, code, message)
    }

    /// There is no such thing, or not for this actor.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(Meaning::NotFound, "not_found", format!("{what} not found"))
    }

    /// There is such a thing, but not for this actor. Only the log learns of the difference.
    pub(crate) fn hidden(what: &'static str, concerns: Concerns) -> Self {
        Self { hidden: Some(concerns), ..Self::not_found(what) }
    }

    /// The request is not one that could ever work.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Meaning::Invalid, code, message)
    }

    /// The thing is not in a state in which this works.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Meaning::Conflict, code, message)
    }

    /// Too much in too short a time.
    pub fn throttled(message: impl Into<String>, retry_after_s: u64) -> Self {
        Self::new(Meaning::Throttled, "too_many_attempts", message).after_s(retry_after_s)
    }

    /// It would work at another time.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Meaning::Unavailable, code, message)
    }

    /// Says after how many seconds to try again.
    pub(crate) const fn after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Our fault. The source goes to the log, never to the one who asked.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error =
            Self::new(Meaning::Internal, "internal", "something went wrong on the server");
        error.source = Some(source.into());
        error
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where the session stands in which that is not possible.
    pub(crate) fn in_session(mut self, state: SessionState) -> Self {
        self.session_state = Some(state);
        self
    }

    /// What is to be written down of it, if it refuses somebody what is there.
    pub fn refusal(&self) -> Option<Refusal> {
        let denied = (self.meaning == Meaning::Denied).then_some(Concerns::OwnTenant);
        let concerns = self.hidden.or(denied)?;
        Some(Refusal { code: self.code, concerns })
    }

    fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// After how long to try again, in seconds: another process has held the database for longer than a
/// write waits, and may hold it for a while yet.
const BUSY_S: u64 = 2;

/// The same where the disk is full: somebody has to make room.
const FULL_DISK_S: u64 = 30;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if error.is_disk_full() {
            let message = "the server's disk is full; nothing was changed";
            return Self::unavailable("disk_full", message).after_s(FULL_DISK_S).with_source(error);
        }
        if error.is_retryable() {
            let message = "the server is busy; nothing was changed";
            return Self::unavailable("busy", message).after_s(BUSY_S).with_source(error);
        }
        Self::internal(error)
    }
}

impl From<CallFailure> for Error {
    fn from(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Offline => machine_offline(),
            CallFailure::Busy => Self::unavailable("machine_busy", "the machine is busy"),
            CallFailure::TimedOut => {
                Self::unavailable("machine_slow", "the machine did not answer in time")
            }
            CallFailure::Refused(refusal) => {
                let error = Self::new(
                    refusal_meaning(&refusal.code),
                    refusal_code(&refusal.code),
                    refusal.message,
                );
                if refusal.hint.is_empty() { error } else { error.with_hint(refusal.hint) }
            }
            CallFailure::Unexpected => {
                Self::internal("the machine answered something else than was asked")
            }
        }
    }
}

/// The machine cannot be reached.
pub fn machine_offline() -> Error {
    Error::unavailable("machine_offline", "the machine is offline")
        .with_hint("start `gantline machine run` on it, or wait until it is back")
}

/// The machine is linked for the first time and still looks for its agents.
pub(crate) fn machine_not_described() -> Error {
    let message = "the machine is new and has not said yet which agents it has";
    Error::unavailable("machine_not_described", message)
        .after_s(1)
        .with_hint("try again in a moment")
}

/// Codes with which a machine refuses, and what they mean here. A code that is not listed is
/// hostile text and is not passed on.
const REFUSALS: &[(&str, Meaning)] = &[
    ("workspace_missing", Meaning::Invalid),
    ("workspace_forbidden", Meaning::Denied),
    ("agent_unknown", Meaning::Invalid),
    ("agent_forbidden", Meaning::Denied),
    ("agent_not_installed", Meaning::Conflict),
    ("shell_forbidden", Meaning::Denied),
    ("preset_forbidden", Meaning::Denied),
    ("path_invalid", Meaning::Invalid),
    ("path_reserved", Meaning::Denied),
    ("path_outside", Meaning::Denied),
    ("file_missing", Meaning::NotFound),
    ("not_a_directory", Meaning::Conflict),
    ("not_a_file", Meaning::Conflict),
    ("file_exists", Meaning::Conflict),
    ("file_changed", Meaning::Conflict),
    ("file_too_large", Meaning::Invalid),
    ("file_not_permitted", Meaning::Denied),
    ("git_missing", Meaning::Conflict),
    ("no_repository", Meaning::Conflict),
    ("repository_outside", Meaning::Denied),
    ("repository_unsupported", Meaning::Conflict),
    ("repository_unreadable", Meaning::Conflict),
    ("repository_slow", Meaning::Unavailable),
    ("file_not_changed", Meaning::NotFound),
    ("change_not_discardable", Meaning::Conflict),
    ("repository_empty", Meaning::Conflict),
    ("base_unknown", Meaning::Invalid),
    ("branch_invalid", Meaning::Invalid),
    ("branch_exists", Meaning::Conflict),
    ("branch_refused", Meaning::Conflict),
    ("worktree_read_only", Meaning::Invalid),
    ("worktree_in_the_way", Meaning::Conflict),
    ("worktree_not_written", Meaning::Conflict),
    ("worktree_unknown", Meaning::Conflict),
    ("worktree_holds_work", Meaning::Conflict),
    ("session_running", Meaning::Conflict),
    ("machine_disk_full", Meaning::Unavailable),
    ("upload_unknown", Meaning::Conflict),
    ("too_many_uploads", Meaning::Unavailable),
    ("unknown_session", Meaning::NotFound),
    ("unknown_call", Meaning::Conflict),
    ("too_many_sessions", Meaning::Conflict),
    ("machine_halted", Meaning::Conflict),
    ("policy_unusable", Meaning::Conflict),
    ("tunnel_off", Meaning::Conflict),
    ("update_not_here", Meaning::Conflict),
    ("update_refused", Meaning::Conflict),
    ("update_failed_before", Meaning::Conflict),
    ("updates_off", Meaning::Denied),
    ("outside_forbidden", Meaning::Denied),
    ("outside_unknown", Meaning::NotFound),
    ("outside_unsupported", Meaning::Conflict),
    ("outside_continued", Meaning::Conflict),
    ("outside_too_long", Meaning::Conflict),
    ("outside_unreadable", Meaning::Conflict),
    ("busy", Meaning::Unavailable),
];

fn refusal_meaning(code: &str) -> Meaning {
    let known = REFUSALS.iter().find(|(known, _)| *known == code);
    known.map_or(Meaning::Conflict, |(_, meaning)| *meaning)
}

fn refusal_code(code: &str) -> &'static str {
    let known = REFUSALS.iter().find(|(known, _)| *known == code);
    known.map_or("machine_refused", |(known, _)| known)
}
