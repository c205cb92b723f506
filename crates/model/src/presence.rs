//! Who looks at a session.

use crate::{Timestamp, UserId};

/// Somebody who has a session open at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub user: UserId,
    /// The name shown to others.
    pub display_name: String,
    /// Since when, without a break.
    pub since: Timestamp,
}
