//! Why something that was asked of a server did not work.

use std::error::Error as StdError;

use contract::Problem;
use http::StatusCode;

/// Where errors of every kind come from.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// Why something that was asked of a server did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server has answered and said no.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// No connection to the server came about, or it broke off.
    #[error("reach {server}")]
    Unreachable {
        /// Which server.
        server: String,
        /// What went wrong.
        source: Source,
    },
    /// The server did not answer in time.
    #[error("wait for {server}: no answer within {seconds} s")]
    TimedOut {
        /// Which server.
        server: String,
        /// How long was waited.
        seconds: u64,
    },
    /// Something answered that is not a server of ours.
    #[error("{server} does not answer like a Gantline server (status {status})")]
    NotOurs {
        /// Which server.
        server: String,
        /// The HTTP status that it answered.
        status: u16,
    },
    /// The server says something that this release does not understand.
    #[error("understand what {server} says: {what}")]
    Misunderstood {
        /// Which server.
        server: String,
        /// What was not understood.
        what: String,
    },
    /// The credential has stopped working while a stream was open.
    #[error("the server has ended the connection: signed out")]
    SignedOut,
    /// What was given to the client makes no sense.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// The stable word of a refusal.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused(problem) => StatusCode::from_u16(problem.status).ok(),
            _ => None,
        }
    }

    /// What to do about it, in the server's words.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => problem.hint.as_deref(),
            _ => None,
        }
    }

    /// Whether the same request may work in a moment.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(problem) => is_passing(problem.status),
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            // A proxy in front of a server that restarts answers in its own words.
            Self::NotOurs { status, .. } => is_passing(*status),
            Self::Misunderstood { .. } | Self::SignedOut | Self::Setup(_) => false,
        }
    }

    /// Whether the server itself could not be reached.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
    }

    /// Whether the server can be reached but the machine cannot.
    pub fn is_machine_offline(&self) -> bool {
        matches!(self.code(), Some("machine_offline" | "machine_slow" | "machine_busy"))
    }

    /// Whether one has to sign in first.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::SignedOut) || self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether one is known but may not do this.
    pub fn is_denied(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether there is no such thing, or not for this user.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }
}

/// Statuses that say "not now" rather than "no".
const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> Error {
        Error::Refused(Box::new(Problem {
            title: "Title".to_owned(),
            status,
            code: code.to_owned(),
            detail: "the detail".to_owned(),
            error: "the detail".to_owned(),
            hint: Some("do this".to_owned()),
            success: None,
            session_status: None,
            request_id: None,
        }))
    }

    #[test]
    fn a_refusal_speaks_in_the_servers_words() {
        let error = refused(404, "not_found");
        assert_eq!(error.to_string(), "the detail");
        assert_eq!((error.code(), error.hint()), (Some("not_found"), Some("do this")));
        assert!(error.is_not_found() && !error.is_retryable());
    }

    #[test]
    fn errors_say_whether_trying_again_helps() {
        assert!(refused(503, "machine_offline").is_retryable());
        assert!(refused(503, "machine_offline").is_machine_offline());
        assert!(refused(401, "not_signed_in").is_unauthenticated());
        assert!(!refused(401, "not_signed_in").is_retryable());
        assert!(refused(403, "shell_forbidden").is_denied());
        let server = "http://h".to_owned();
        assert!(Error::TimedOut { server: server.clone(), seconds: 30 }.is_offline());
        let busy = Error::NotOurs { server: server.clone(), status: 502 };
        assert!(busy.is_retryable() && !busy.is_offline());
        assert!(!Error::NotOurs { server, status: 200 }.is_retryable());
        assert!(Error::SignedOut.is_unauthenticated());
    }
}
