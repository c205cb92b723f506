//! That no new work begins.

use crate::{Timestamp, UserId};

/// Somebody has said that no new work begins. What runs goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: UserId,
    /// What they are called.
    pub by_name: String,
    /// Why, for people.
    pub reason: Option<String>,
}

/// What keeps a machine from new work. The two are lifted apart: whoever looks after a machine
/// cannot lift what holds for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Freezes {
    /// Of this machine.
    pub machine: Option<Freeze>,
    /// Of every machine of its tenant.
    pub tenant: Option<Freeze>,
}

impl Freezes {
    /// Whether anything keeps it from new work.
    pub const fn is_any(&self) -> bool {
        self.machine.is_some() || self.tenant.is_some()
    }
}
