//! What the server is told, in the words of the link.

use bytes::Bytes;
use journal::Change;
use model::command::CommandState;
use model::session::SessionState;
use model::{CommandId, SessionId, TurnId};
use wire::call::CallError;
use wire::report::{
    CommandFinished, Fact, PermissionAsked, PermissionClosed, PolicyDecided, SessionChanged,
    TurnChanged,
};

use crate::context::Context;

/// Why something is refused: a stable code, a sentence, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Refused {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: String::new() }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl From<Refused> for wire::call::Answer {
    fn from(refused: Refused) -> Self {
        Self::Error(refused.into())
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        Self { code: refused.code.to_owned(), message: refused.message, hint: refused.hint }
    }
}

/// How a command ended, and the end of it in the journal.
pub(crate) fn finished(
    context: &Context,
    command: CommandId,
    state: CommandState,
    why: Option<&Refused>,
) -> [Change; 2] {
    let fact = Fact::CommandFinished(CommandFinished {
        command_id: Bytes::copy_from_slice(command.as_bytes()),
        state: state.to_string(),
        code: why.map(|why| why.code.to_owned()).unwrap_or_default(),
        message: why.map(|why| why.message.clone()).unwrap_or_default(),
    });
    [context.report(fact), Change::Finish(command)]
}

/// Ends a command that had no effect.
pub(crate) async fn refuse(context: &Context, command: CommandId, why: &Refused) {
    let state = if why.code == EXPIRED { CommandState::Expired } else { CommandState::Failed };
    // What cannot be written is in the log.
    let _ = context.commit(finished(context, command, state, Some(why)).into()).await;
}

/// The code of a command whose time is over.
pub(crate) const EXPIRED: &str = "expired";

/// Where a session stands.
pub(crate) fn session_changed(session: SessionId, state: SessionState, detail: &str) -> Fact {
    Fact::SessionChanged(SessionChanged {
        session_id: Bytes::copy_from_slice(session.as_bytes()),
        state: state.to_string(),
        detail: detail.to_owned(),
        title: String::new(),
    })
}

/// A fact of a chat. `None` where the server has not heard of what it is about.
pub(crate) fn of_chat(session: SessionId, fact: conversation::Fact) -> Option<Fact> {
    let session_id = Bytes::copy_from_slice(session.as_bytes());
    Some(match fact {
        conversation::Fact::Session { state, detail, title } => {
            Fact::SessionChanged(SessionChanged {
                session_id,
                state: state.to_string(),
                detail,
                title,
            })
        }
        conversation::Fact::Turn { turn, state, stop_reason, outcome, origin, .. } => {
            if origin != conversation::update::TurnOrigin::Prompt {
                return None;
            }
            Fact::TurnChanged(TurnChanged {
                session_id,
                turn_id: turn_id(Some(turn)),
                state: state.to_string(),
                outcome,
                stop_reason: stop_reason.unwrap_or_default(),
            })
        }
        conversation::Fact::Asked { request, turn, title, details_json, digest } => {
            Fact::PermissionAsked(PermissionAsked {
                request_id: Bytes::copy_from_slice(request.as_bytes()),
                session_id,
                turn_id: turn_id(turn),
                title,
                details_json: details_json.into(),
                digest: Bytes::copy_from_slice(&digest),
            })
        }
        conversation::Fact::Closed { request, state } => Fact::PermissionClosed(PermissionClosed {
            request_id: Bytes::copy_from_slice(request.as_bytes()),
            state: state.to_string(),
        }),
        conversation::Fact::Decided { title, tool, allowed, reason, digest, rule } => {
            Fact::PolicyDecided(PolicyDecided {
                session_id,
                title,
                tool,
                allowed,
                reason,
                digest: Bytes::copy_from_slice(&digest),
                rule_id: rule
                    .map(|rule| Bytes::copy_from_slice(rule.as_bytes()))
                    .unwrap_or_default(),
            })
        }
    })
}

fn turn_id(turn: Option<TurnId>) -> Bytes {
    turn.map(|turn| Bytes::copy_from_slice(turn.as_bytes())).unwrap_or_default()
}

/// An error with its causes, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
