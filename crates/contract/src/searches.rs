//! Looking for what was said in sessions.

pub use conversation::search::Said;
use model::{MachineId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::sessions::SessionView;

/// Looks for something in the transcripts of the chats that one may see. In a body, so that what is
/// looked for stands in no address and no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchSessions {
    /// What is looked for, 1 to 200 characters: it is found as it is, in the middle of text, whatever
    /// its case and the form of its letters; any number of blanks is one.
    #[serde(alias = "q")]
    pub words: String,
    /// Only in this session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// With a session: only what stands before this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Without one: from the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Without one: at most so many sessions, 1 to 50; 20 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl std::fmt::Debug for SearchSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What somebody looks for may be a secret that has leaked.
        f.debug_struct("SearchSessions")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundInSessions {
    /// The sessions in which it was found, the last active first.
    pub results: Vec<FoundInSession>,
    /// How many transcripts were looked through.
    pub searched: u64,
    /// What could not be looked through, and why.
    pub not_searched: Vec<NotSearched>,
    /// Ask with this for the sessions before; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A session in which it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundInSession {
    /// The session.
    pub session: SessionView,
    /// The last messages with it, the last first: 3 of each session, or 50 of the one that was asked
    /// about.
    pub places: Vec<FoundPlace>,
    /// How many messages have it.
    pub count: u64,
}

/// A message in which it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundPlace {
    /// The position with which the message begins in the transcript, or one near to it in a long one.
    pub seq: u64,
    /// When.
    pub created_at: Time,
    /// What it is: what a person wrote, what the agent said, or the title of a tool call.
    pub said: Said,
    /// What stands before it. Text of people and agents, on one line and cut; to be shown as text.
    pub before: String,
    /// What was found, as it is written there.
    pub matched: String,
    /// What stands behind it.
    pub after: String,
}

/// Why transcripts were not looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNotSearched {
    /// Their machine is offline.
    Offline,
    /// Their machine has a release that cannot search.
    TooOld,
    /// Their machine did not come to them in time.
    TooSlow,
    /// Their machine cannot read them.
    Unreadable,
}

/// Transcripts that were not looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotSearched {
    /// The machine that holds them.
    pub machine_id: MachineId,
    /// What it is called; absent for whoever may not see the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
    /// Why not.
    pub reason: WhyNotSearched,
    /// How many they are.
    pub sessions: u64,
}
