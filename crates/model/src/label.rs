//! How people find a session again: its name, its tags, and whether it was put away.

use crate::Timestamp;

/// Tags of one session at the most.
pub const MAX_TAGS: usize = 32;

/// What people have said about a session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    /// What somebody called it; without it the session has the title that was made for it.
    pub name: Option<String>,
    /// Sorted, none twice, at most [`MAX_TAGS`].
    pub tags: Vec<String>,
    /// When it was put away; such a session is not listed unless it is asked for.
    pub archived_at: Option<Timestamp>,
}

impl Labels {
    /// Whether it was put away.
    pub const fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }
}
