//! How much is live at one moment, for those who watch the server.

use model::Tick;
use model::machine::MachineStatus;

use crate::relay::{Relay, lock};

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// Machines that count as online.
    pub online: u64,
    /// Links that are up.
    pub links_up: u64,
    /// Connections of machines that are being served, also those that have not proven themselves.
    pub links: u64,
    /// Orders that wait for a link to take them.
    pub orders_waiting: u64,
    /// Terminals that somebody watches.
    pub terminals: u64,
    /// Chats that somebody watches.
    pub chats: u64,
}

impl Relay {
    /// Counts.
    pub fn census(&self) -> Census {
        let now: Tick = self.shared.config.clock.tick();
        let stale_after = self.shared.config.stale_after;
        let mut census = Census {
            links: *self.shared.serving.borrow() as u64,
            terminals: lock(&self.shared.terminals).len() as u64,
            chats: lock(&self.shared.chats).len() as u64,
            ..Census::default()
        };
        for (liveness, link) in self.shared.standings.all() {
            census.online += u64::from(liveness.status(now, stale_after) == MachineStatus::Online);
            census.links_up += u64::from(link.is_some());
            census.orders_waiting += link.map_or(0, |link| link.waiting());
        }
        census
    }
}
