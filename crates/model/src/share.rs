//! What the owner of a session lends to others.

use crate::{SessionId, Timestamp, UserId, words};

words! {
    /// What somebody may do in another person's session.
    pub enum ShareLevel as "share level" {
        /// See it: its transcript or screen, what it used and who else is there.
        Watch = "watch",
        /// Also prompt, type and answer its questions, for as long as they may work on its machine.
        Drive = "drive",
    }
}

/// A session that its owner has lent to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionShare {
    /// Which session.
    pub session: SessionId,
    /// To whom.
    pub user: UserId,
    /// What they may do.
    pub level: ShareLevel,
    /// By whom.
    pub granted_by: UserId,
    /// When.
    pub granted_at: Timestamp,
    /// Until when. From then on it counts for nothing, whether or not it has been removed yet.
    pub expires_at: Timestamp,
}
