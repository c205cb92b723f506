//! What exit codes mean, and how errors are told. The codes are part of the interface: scripts
//! rely on them.

use std::fmt;
use std::io;
use std::process::ExitCode;

use anstream::eprintln;
use client::Error as ClientError;
use owo_colors::OwoColorize;

use crate::escape;
use crate::json_lines::Line;
use crate::output::{Format, print_json};
use crate::words::Words;

/// What an exit code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Meaning {
    /// It worked.
    Done = 0,
    /// Something went wrong that has no code of its own.
    Failed = 1,
    /// What was asked for makes no sense.
    Usage = 2,
    /// The agent did not finish in the time it was given.
    TimedOut = 3,
    /// There is no such session, machine or question, or not for this user.
    NotFound = 4,
    /// A person, a policy or the server has said no.
    Denied = 5,
    /// The server or the machine cannot be reached.
    Unreachable = 6,
    /// Nobody is signed in.
    NotSignedIn = 7,
    /// The agent asked what nobody could be asked, and the rule for that is to fail.
    Unanswered = 8,
    /// It was interrupted.
    Interrupted = 130,
}

impl From<Meaning> for ExitCode {
    fn from(meaning: Meaning) -> Self {
        Self::from(meaning as u8)
    }
}

/// Why a command does not do what was asked, in its own words.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub meaning: Meaning,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal with this meaning.
    pub(crate) fn new(meaning: Meaning, message: impl Into<String>) -> Self {
        Self { meaning, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// What an error means: as a refusal says that it is or that was put around it, else as the server
/// says.
pub(crate) fn meaning(error: &anyhow::Error) -> Meaning {
    if let Some(refusal) = refusal(error) {
        return refusal.meaning;
    }
    let told = error.chain().find_map(|cause| cause.downcast_ref::<ClientError>());
    told.map_or(Meaning::Failed, client_meaning)
}

/// The refusal that an error is, or that was put around another one.
fn refusal(error: &anyhow::Error) -> Option<&Refusal> {
    // What was put around an error is found by the whole only, not by the parts of its chain.
    let around = error.downcast_ref::<Refusal>();
    around.or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<Refusal>()))
}

fn client_meaning(error: &ClientError) -> Meaning {
    if error.is_unauthenticated() {
        return Meaning::NotSignedIn;
    }
    if error.is_offline() || error.is_machine_offline() {
        return Meaning::Unreachable;
    }
    if error.is_denied() {
        return Meaning::Denied;
    }
    if error.is_not_found() {
        return Meaning::NotFound;
    }
    match (error, error.status().map(|status| status.as_u16())) {
        (ClientError::Setup(_), _) | (_, Some(400 | 413 | 422)) => Meaning::Usage,
        _ => Meaning::Failed,
    }
}

/// Tells an error with its causes and what to do about it, and answers the code to end with.
pub(crate) fn report(error: &anyhow::Error, format: Format, words: &dyn Words) -> ExitCode {
    if is_broken_pipe(error) {
        // Whoever read the output has read enough.
        return Meaning::Done.into();
    }
    let meaning = meaning(error);
    let hint = hint(error, meaning, words);
    if format == Format::Json {
        let told = error.chain().find_map(|cause| cause.downcast_ref::<ClientError>()?.code());
        print_json(&Line::Error {
            code: told.unwrap_or(meaning.word()),
            detail: error.to_string(),
            causes: error.chain().skip(1).map(ToString::to_string).collect(),
            hint: hint.as_deref(),
            exit_code: meaning as u8,
        });
        return meaning.into();
    }
    let message = error.to_string();
    eprintln!("{}: {}", words.error().red().bold(), escape::line(&message));
    let mut last = message;
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Wrappers often repeat what they wrap.
        if !last.contains(&cause) {
            eprintln!("  {} {}", words.because().dimmed(), escape::line(&cause));
        }
        last = cause;
    }
    if let Some(hint) = hint {
        eprintln!("  {} {}", words.hint().cyan(), escape::line(&hint));
    }
    meaning.into()
}

impl Meaning {
    /// A stable word for programs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::TimedOut => "timed_out",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::NotSignedIn => "not_signed_in",
            Self::Unanswered => "unanswered",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What to do about an error, where something is known.
pub(crate) fn hint(error: &anyhow::Error, meaning: Meaning, words: &dyn Words) -> Option<String> {
    let server = || {
        let said = error.chain().find_map(|cause| cause.downcast_ref::<ClientError>()?.hint());
        said.map(str::to_owned)
    };
    let own = refusal(error).and_then(|refusal| refusal.hint.clone());
    // The server speaks to every kind of client; how one signs in here is known here.
    let is_here = meaning == Meaning::NotSignedIn;
    let told = own.or_else(|| if is_here { None } else { server() });
    let server_is_gone =
        || error.chain().any(|cause| cause.downcast_ref().is_some_and(ClientError::is_offline));
    told.or_else(|| match meaning {
        Meaning::NotSignedIn => Some(words.hint_sign_in().to_owned()),
        Meaning::Unreachable if server_is_gone() => Some(words.hint_unreachable().to_owned()),
        _ if is_disk_full(error) => Some(words.hint_disk_full().to_owned()),
        _ => None,
    })
}

/// Whether a file found no room: on its disk, or in what its user may have there.
fn is_disk_full(error: &anyhow::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    error.chain().any(|cause| {
        let error = cause.downcast_ref::<io::Error>();
        error
            .is_some_and(|error| [FileTooLarge, QuotaExceeded, StorageFull].contains(&error.kind()))
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let error = cause.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;
    use contract::Problem;

    use super::*;

    fn refused(status: u16, code: &str) -> ClientError {
        let text = str::to_owned;
        ClientError::Refused(Box::new(Problem {
            title: text("T"),
            status,
            code: text(code),
            detail: text("d"),
            error: text("d"),
            hint: None,
            success: None,
            session_status: None,
            request_id: None,
        }))
    }

    #[track_caller]
    fn check(error: impl Into<anyhow::Error>, expect: Meaning) {
        let error = error.into();
        assert_eq!(meaning(&error), expect, "{error}");
        let wrapped = error.context("do something");
        assert_eq!(meaning(&wrapped), expect, "{wrapped:#}");
    }

    #[test]
    fn errors_end_with_the_code_of_what_they_mean() {
        check(refused(401, "not_signed_in"), Meaning::NotSignedIn);
        check(ClientError::SignedOut, Meaning::NotSignedIn);
        check(refused(403, "workspace_forbidden"), Meaning::Denied);
        check(refused(404, "not_found"), Meaning::NotFound);
        check(refused(400, "agent_unknown"), Meaning::Usage);
        check(refused(409, "agent_not_installed"), Meaning::Failed);
        check(refused(503, "machine_offline"), Meaning::Unreachable);
        check(refused(503, "disk_full"), Meaning::Failed);
        let server = "http://h".to_owned();
        check(ClientError::TimedOut { server: server.clone(), seconds: 1 }, Meaning::Unreachable);
        check(ClientError::NotOurs { server, status: 200 }, Meaning::Failed);
        check(Refusal::new(Meaning::TimedOut, "too long"), Meaning::TimedOut);
        check(anyhow::anyhow!("anything"), Meaning::Failed);
        let around = Refusal::new(Meaning::Denied, "no such token");
        check(anyhow::Error::from(refused(401, "token_unusable")).context(around), Meaning::Denied);
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        let error = Err::<(), _>(closed).context("print").unwrap_err();
        assert!(is_broken_pipe(&error));
    }

    #[test]
    fn the_numbers_are_those_of_the_manual() {
        let manual = include_str!("../../../docs/cli.md");
        for meaning in [
            Meaning::Done,
            Meaning::Failed,
            Meaning::Usage,
            Meaning::TimedOut,
            Meaning::NotFound,
            Meaning::Denied,
            Meaning::Unreachable,
            Meaning::NotSignedIn,
            Meaning::Unanswered,
            Meaning::Interrupted,
        ] {
            let row = format!("| {} | `{}` |", meaning as u8, meaning.word());
            assert!(manual.contains(&row), "the manual lacks {row}");
        }
    }
}
