//! What a tenant allows its sessions.

use model::session_limits::Change;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a tenant allows its sessions. A limit that is not there does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct SessionLimitsView {
    /// After how many seconds without anything happening a chat is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_limit_s: Option<u64>,
    /// How many prompts one session takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
    /// How many sessions may be open on one machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_sessions_per_machine: Option<u32>,
    /// How many sessions one user may have open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_sessions_per_user: Option<u32>,
}

/// Changes what a tenant allows its sessions. What is left out stays as it is; `null` lifts a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSessionLimits {
    /// After how many seconds without anything happening a chat is stopped, 60 to 2592000. A chat
    /// that was started with a shorter `ttl` keeps that. What waits for an answer, is paused or is
    /// done for a job is not idle; terminals have no such limit.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<u64>)]
    pub idle_limit_s: Change<u64>,
    /// How many prompts one session takes, 1 to 100000. One that was started with fewer keeps that.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<u32>)]
    pub max_turns: Change<u32>,
    /// How many sessions may be open on one machine, 1 to 100000, whoever has them and whether or
    /// not they are paused. Jobs beyond it wait.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<u32>)]
    pub max_sessions_per_machine: Change<u32>,
    /// How many sessions one user may have open, 1 to 100000, those of their jobs included. Jobs
    /// beyond it wait.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<u32>)]
    pub max_sessions_per_user: Change<u32>,
}
