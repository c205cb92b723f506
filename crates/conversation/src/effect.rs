//! What the caller must do, in the order in which it is told.

use std::sync::Arc;

use model::permission::PermissionState;
use model::session::SessionState;
use model::turn::TurnState;
use model::{PermissionRequestId, PolicyRuleId, TurnId};
use serde_json::value::RawValue;

use crate::update::{TurnOrigin, Update};

/// Something to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Start the agent. Report [`crate::Conversation::agent_started`] or
    /// [`crate::Conversation::launch_failed`].
    Launch,
    /// Make everything durable that was appended and reported so far, before going on: what
    /// follows is begun at most once, and only a durable transcript remembers that it was.
    Commit,
    /// Write this message to the agent, as one line.
    Send(Box<RawValue>),
    /// End the agent politely, then less politely, with everything it has started. Report
    /// [`crate::Conversation::agent_exited`] when it is gone, even if it was still being started.
    StopAgent,
    /// End the agent at once, with everything it has started. Report as above.
    KillAgent,
    /// Append this to the transcript.
    Append(Box<Entry>),
    /// Report this to the server.
    Report(Fact),
}

/// An entry of the transcript.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The update.
    pub update: Update,
    /// Its JSON, at most [`crate::update::limits::MAX_UPDATE_BYTES`] long.
    pub json: String,
    /// The agent's own message, of which this is the first entry that was made.
    pub raw: Option<Arc<str>>,
}

/// A fact for the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Where the session stands.
    Session {
        /// Where.
        state: SessionState,
        /// Why it ended, for people; may be empty.
        detail: String,
        /// What the agent calls it; may be empty.
        title: String,
    },
    /// Where a turn stands.
    Turn {
        /// Which turn.
        turn: TurnId,
        /// Where.
        state: TurnState,
        /// Why it ended, for programs: the agent's stop reason, or a word of ours.
        stop_reason: Option<String>,
        /// Stop reason or error, for people; may be empty.
        outcome: String,
        /// What began it. The server has not heard of turns that deliver a note.
        origin: TurnOrigin,
        /// Who prompted.
        author: String,
    },
    /// The agent asks a person.
    Asked {
        /// The question.
        request: PermissionRequestId,
        /// The turn that asks.
        turn: Option<TurnId>,
        /// One line for people.
        title: String,
        /// The JSON of [`crate::PermissionDetails`].
        details_json: String,
        /// SHA-256 of `details_json`.
        digest: [u8; 32],
    },
    /// A question has gone away.
    Closed {
        /// The question.
        request: PermissionRequestId,
        /// `resolved` or `withdrawn`.
        state: PermissionState,
    },
    /// The policy, or an earlier answer for the session, has decided without a person.
    Decided {
        /// One line for people.
        title: String,
        /// The tool, as policies name it.
        tool: String,
        /// Whether it was allowed.
        allowed: bool,
        /// The rule that decided, for people.
        reason: String,
        /// SHA-256 of the details.
        digest: [u8; 32],
        /// The rule of a person's that decided, if one did.
        rule: Option<PolicyRuleId>,
    },
}
