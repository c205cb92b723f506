//! Who looks at a session at this moment.

use model::{SessionId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Everybody to whom a session's transcript or screen is sent as it grows. Told anew
/// (`session.presence`) whenever somebody comes or goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionPresence {
    /// Which session.
    pub session_id: SessionId,
    /// Who came first comes first; each person once, however many windows they have open.
    pub people: Vec<PresentView>,
}

/// Somebody who has a session open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresentView {
    /// Who.
    pub user_id: UserId,
    /// The name shown to others.
    pub display_name: String,
    /// Since when, without a break.
    pub since: Time,
}
