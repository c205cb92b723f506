//! Sessions that their owners lend to others.

use model::UserId;
use model::share::ShareLevel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Lends a session to somebody, or changes what was lent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareSession {
    /// To whom: the name with which they sign in.
    pub username: String,
    /// What; `watch` if it is left out. Only who may work on the session's machine can `drive`.
    #[serde(default = "watch")]
    pub level: ShareLevel,
    /// For how many seconds, from 1 to 2592000 (30 days); 86400 (a day) if it is left out.
    #[serde(default = "a_day")]
    pub expires_in: u64,
}

const fn watch() -> ShareLevel {
    ShareLevel::Watch
}

const fn a_day() -> u64 {
    86_400
}

/// Somebody to whom a session is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShareView {
    /// To whom.
    pub user_id: UserId,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// What.
    pub level: ShareLevel,
    /// Whether they may drive the session now. Who was taken off its machine only watches.
    pub may_drive: bool,
    /// By whom.
    pub granted_by: UserId,
    /// When.
    pub granted_at: Time,
    /// Until when.
    pub expires_at: Time,
}

/// A session was lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneShare {
    /// Always true.
    pub success: bool,
    /// To whom, and what.
    pub share: ShareView,
}

/// Everybody to whom a session is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shares {
    /// Always true.
    pub success: bool,
    /// Who was first comes first.
    pub shares: Vec<ShareView>,
}
