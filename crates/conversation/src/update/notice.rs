//! What people should know besides what the agent says.

use model::{TurnId, words};
use serde::{Deserialize, Serialize};

words! {
    /// How much a notice matters.
    pub enum Level as "notice level" {
        /// Good to know.
        Info = "info",
        /// Something is not as it should be.
        Warning = "warning",
        /// Something went wrong.
        Error = "error",
    }
}

words! {
    /// What a notice is about; the console has its own words for each.
    pub enum NoticeCode as "notice code" {
        /// The agent's process has ended.
        AgentExited = "agent_exited",
        /// The agent could not be started.
        AgentStartFailed = "agent_start_failed",
        /// The agent did not answer in time and was ended.
        AgentUnresponsive = "agent_unresponsive",
        /// The agent answered a request with an error.
        AgentError = "agent_error",
        /// The agent itself gives notice.
        AgentNotice = "agent_notice",
        /// The agent must be logged in first.
        LoginRequired = "login_required",
        /// A fresh agent goes on and remembers what was said.
        ContextResumed = "context_resumed",
        /// A fresh agent goes on and remembers nothing.
        ContextLost = "context_lost",
        /// The agent has shortened what it remembers.
        ContextCompacted = "context_compacted",
        /// There is something that the agent does without asking.
        AgentDoesNotAsk = "agent_does_not_ask",
        /// The mode in which the agent asks could not be set.
        ModeNotSet = "mode_not_set",
        /// The agent had left the mode in which it asks, and was put back.
        ModeReset = "mode_reset",
        /// The model could not be set.
        ModelNotSet = "model_not_set",
        /// An option could not be set.
        OptionNotSet = "option_not_set",
        /// The turn ended for another reason than being done.
        StopReason = "stop_reason",
        /// The turn ended and the agent had said nothing.
        EmptyTurn = "empty_turn",
        /// The agent asked something that cannot be answered as decided.
        PermissionUnanswerable = "permission_unanswerable",
        /// The agent had more open questions or tool calls than are kept.
        TooMuchOpen = "too_much_open",
        /// The daemon was restarted.
        DaemonRestarted = "daemon_restarted",
        /// The transcript has no more room; nothing follows.
        TranscriptFull = "transcript_full",
    }
}

/// Something that people should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub code: NoticeCode,
    /// One sentence.
    pub text: String,
    /// More, such as the last lines of what a program complained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The turn it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
}

impl Notice {
    /// A notice of one sentence.
    pub fn new(level: Level, code: NoticeCode, text: impl Into<String>) -> Self {
        Self { level, code, text: text.into(), detail: None, turn_id: None }
    }

    /// Adds more, unless it is empty.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        self.detail = (!detail.is_empty()).then_some(detail);
        self
    }

    /// Says which turn it concerns.
    #[must_use]
    pub const fn about(mut self, turn: Option<TurnId>) -> Self {
        self.turn_id = turn;
        self
    }
}
