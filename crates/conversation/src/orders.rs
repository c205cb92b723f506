//! What people can order, what the caller reports, and why an order may be refused.

use model::permission::PermissionAnswer;
use model::turn::WhenBusy;
use model::{PermissionRequestId, TurnId};
use serde_json::Value;

use crate::setup::{MAX_ASKED, MAX_NOTE_BYTES};
use model::turn::MAX_WAITING_TURNS;

/// Give the agent a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// The turn this begins.
    pub turn: TurnId,
    /// ACP content blocks.
    pub content: Vec<Value>,
    /// What happens if a turn runs.
    pub when_busy: WhenBusy,
    /// Who wrote it.
    pub author: String,
}

impl Prompt {
    /// Reads a prompt's content: a JSON list of at least one ACP content block of a known type.
    pub fn parse_content(json: &[u8]) -> Result<Vec<Value>, Refusal> {
        let blocks: Vec<Value> =
            serde_json::from_slice(json).map_err(|_| Refusal::BadContent("a list is expected"))?;
        if blocks.is_empty() {
            return Err(Refusal::BadContent("it is empty"));
        }
        let known = ["text", "image", "audio", "resource_link", "resource"];
        let is_known = |block: &Value| {
            block["type"].as_str().is_some_and(|word| known.contains(&word))
                && !matches!(
                    crate::acp::update::content(block),
                    crate::update::Content::Unknown { .. }
                )
        };
        if blocks.iter().all(is_known) { Ok(blocks) } else { Err(Refusal::BadContent(ALLOWED)) }
    }
}

const ALLOWED: &str = "allowed are text, image, audio, resource_link and resource, each complete";

/// A person's answer to the agent's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionReply {
    /// Which question.
    pub request: PermissionRequestId,
    /// SHA-256 of the details as the person saw them.
    pub digest: [u8; 32],
    /// The answer.
    pub answer: PermissionAnswer,
    /// What the person adds to a denial, for the agent; may be empty.
    pub note: String,
    /// Who answered.
    pub author: String,
}

/// The agent could not be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchFailure {
    /// What went wrong, for people.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// The agent's process has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentExit {
    /// How, for people: such as `exit status 1` or `signal 9`.
    pub status: String,
    /// The last lines of what it complained; may be empty.
    pub complaint: String,
}

/// Why an order was not carried out. It had no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The session has ended or is ending.
    #[error("the session has ended")]
    SessionEnded,
    /// Too many turns wait.
    #[error("{MAX_WAITING_TURNS} prompts wait already; cancel one or wait")]
    QueueFull,
    /// The prompt cannot be understood.
    #[error("the prompt's content cannot be used: {0}")]
    BadContent(&'static str),
    /// There is no such turn.
    #[error("there is no such turn in this session")]
    NoSuchTurn,
    /// The question is not open.
    #[error("the question is not open: it was answered, withdrawn, or never asked")]
    NotPending,
    /// The answer is to another question than the one that is open.
    #[error("the question has changed since it was answered")]
    DigestMismatch,
    /// The note is too long.
    #[error("a note may be {MAX_NOTE_BYTES} bytes long at most")]
    NoteTooLong,
    /// The agent does not offer this.
    #[error("the agent does not offer the {what} {given:?}; it offers: {offered}")]
    NotOffered {
        /// What was to be set.
        what: &'static str,
        /// What was asked for.
        given: String,
        /// What could have been.
        offered: String,
    },
    /// With this setting the agent would act without asking.
    #[error("with {0:?} the agent does not ask, and this session's policy must be asked")]
    DoesNotAsk(String),
    /// The agent has not answered earlier questions.
    #[error("the agent has not answered {MAX_ASKED} earlier requests")]
    AgentBusy,
}

impl Refusal {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::QueueFull => "queue_full",
            Self::BadContent(_) => "bad_content",
            Self::NoSuchTurn => "no_such_turn",
            Self::NotPending => "not_pending",
            Self::DigestMismatch => "digest_mismatch",
            Self::NoteTooLong => "note_too_long",
            Self::NotOffered { .. } => "not_offered",
            Self::DoesNotAsk(_) => "does_not_ask",
            Self::AgentBusy => "agent_busy",
        }
    }

    /// Whether the same order may succeed later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::QueueFull | Self::AgentBusy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_checked_before_anything_happens() {
        assert!(Prompt::parse_content(br#"[{"type":"text","text":"hi"}]"#).is_ok());
        for bad in [
            "",
            "{}",
            "[]",
            r#"["hi"]"#,
            r#"[{"type":"text"}]"#,
            r#"[{"type":"tool_use","text":"x"}]"#,
            r#"[{"type":"image","data":"AA=="}]"#,
        ] {
            let refused = Prompt::parse_content(bad.as_bytes());
            assert!(matches!(refused, Err(Refusal::BadContent(_))), "{bad:?} was accepted");
        }
    }
}
