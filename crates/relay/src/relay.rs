//! The switchboard, as everybody else sees it.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use link::IdentityKey;
use model::machine::{Carrier, Liveness, MachineHealth};
use model::{Clock, MachineId, Rng, SessionId, ViewerId};
use tokio::sync::Notify;
use transport::Connection;
use wire::call::{Answer, Question};

use crate::chats::{ChatHub, ChatView};
use crate::handle::{CallFailure, LinkHandle, LinkOrder};
use crate::reception::Reception;
use crate::serving;
use crate::standings::Standings;
use crate::terminals::{Attach, TerminalHub, TerminalView};

/// How often it is looked whether a machine has fallen silent. Together with the machine's
/// heartbeat this keeps the time at which it is shown offline within five seconds.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A keyboard changes hands less often than this, and in JSON such numbers stay exact.
const LEASES_PER_MILLISECOND: u64 = 1024;

/// What a relay works with.
pub struct Config {
    /// Those who decide.
    pub reception: Arc<dyn Reception>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// The server's identity, which machines have pinned.
    pub identity: IdentityKey,
    /// After how long without a sign of life a machine counts as offline.
    pub stale_after: Duration,
}

/// The switchboard. Cheap to clone.
#[derive(Clone)]
pub struct Relay {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) standings: Standings,
    pub(crate) terminals: Mutex<HashMap<SessionId, Arc<TerminalHub>>>,
    /// No terminal without viewers had a higher lease. A machine remembers leases for as long as
    /// the program runs, so whoever comes back to a terminal gets one above all of them.
    pub(crate) last_lease: AtomicU64,
    pub(crate) chats: Mutex<HashMap<SessionId, Arc<ChatHub>>>,
    /// Something about a machine's liveness may have changed.
    pub(crate) look: Notify,
    /// Links that are being served.
    pub(crate) serving: tokio::sync::watch::Sender<usize>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("links", &*self.shared.serving.borrow()).finish()
    }
}

impl Relay {
    /// A switchboard without links.
    pub fn new(config: Config) -> Self {
        // Above every lease of earlier lives of this server, which machines may remember: viewers
        // come back before the machine's link does, whose epoch would say as much.
        let started = u64::try_from(config.clock.now().as_millis()).unwrap_or_default();
        let lease_of_this_life = started << LEASES_PER_MILLISECOND.ilog2();
        Self {
            shared: Arc::new(Shared {
                config,
                standings: Standings::default(),
                terminals: Mutex::default(),
                last_lease: AtomicU64::new(lease_of_this_life),
                chats: Mutex::default(),
                look: Notify::new(),
                serving: tokio::sync::watch::Sender::new(0),
            }),
        }
    }

    /// How a machine fares, if it is linked and has said so.
    pub fn health(&self, machine: MachineId) -> Option<MachineHealth> {
        self.shared.standings.health(machine)
    }

    /// Serves one link until it ends.
    pub async fn serve_link(&self, connection: impl Connection, carrier: Carrier) {
        self.shared.serving.send_modify(|links| *links += 1);
        let _leaving = Leaving(&self.shared);
        serving::serve(&self.shared, connection, carrier).await;
    }

    /// Tells those who decide whenever a machine's liveness has changed. Runs until dropped.
    pub async fn watch_liveness(&self) {
        loop {
            let shared = &self.shared;
            let changed =
                shared.standings.changed(shared.config.clock.tick(), shared.config.stale_after);
            for (machine, has_gone) in changed {
                if has_gone {
                    shared.config.reception.went_offline(machine).await;
                }
                shared.config.reception.liveness_changed(machine).await;
            }
            self.drop_empty_seats();
            self.shared.ask_again(None);
            // Either something has changed, or it is time to look whether somebody fell silent.
            let _ = tokio::time::timeout(LOOK_EVERY, shared.look.notified()).await;
        }
    }

    /// What is known of a machine's link.
    pub fn liveness(&self, machine: MachineId) -> Liveness {
        self.shared.standings.liveness(machine)
    }

    /// Says that there are new commands for a machine in the database.
    pub fn commands_waiting(&self, machine: MachineId) {
        if let Some(link) = self.shared.standings.link(machine) {
            link.commands_waiting();
        }
    }

    /// Asks a machine.
    pub async fn call(
        &self,
        machine: MachineId,
        question: Question,
        within: Duration,
    ) -> Result<Answer, CallFailure> {
        let link = self.shared.standings.link(machine).ok_or(CallFailure::Offline)?;
        link.call(question, within).await
    }

    /// Forgets a machine that was removed, and ends its link.
    pub fn forget(&self, machine: MachineId) {
        if let Some(link) = self.shared.standings.forget(machine) {
            link.try_order(LinkOrder::Close { reason: "deregistered" });
        }
    }

    /// Ends the link of a machine, which comes back at once.
    pub fn reconnect(&self, machine: MachineId, reason: &'static str) {
        if let Some(link) = self.shared.standings.link(machine) {
            link.try_order(LinkOrder::Close { reason });
        }
    }

    /// Ends all links, with a goodbye, and waits until they have ended.
    pub async fn close(&self) {
        for link in self.shared.standings.links() {
            link.try_order(LinkOrder::Close { reason: "the server is stopping" });
        }
        let mut serving = self.shared.serving.subscribe();
        // The sender lives as long as `self`.
        let _ = serving.wait_for(|links| *links == 0).await;
    }

    /// Attaches a viewer to a terminal.
    pub fn attach_terminal(&self, attach: &Attach) -> TerminalView {
        let config = &self.shared.config;
        let fresh = ViewerId::new(config.clock.now(), &*config.rng);
        let mut terminals = lock(&self.shared.terminals);
        let hub = terminals
            .entry(attach.session)
            .or_insert_with(|| Arc::new(TerminalHub::new(attach, self.shared.clone())))
            .clone();
        // Inside the lock, so that the hub is not dropped before it has its viewer.
        TerminalView::attach(hub, attach, fresh)
    }

    /// Watches a chat from after a position.
    pub fn watch_chat(&self, machine: MachineId, session: SessionId, after: u64) -> ChatView {
        let mut chats = lock(&self.shared.chats);
        let hub = chats
            .entry(session)
            .or_insert_with(|| Arc::new(ChatHub::new(machine, session, self.shared.clone())))
            .clone();
        // Inside the lock, so that the hub is not dropped before it has its viewer.
        ChatView::join(hub, after)
    }

    pub(crate) fn drop_empty_seats(&self) {
        let now = self.shared.config.clock.tick();
        lock(&self.shared.terminals).retain(|_, hub| hub.tidy(now));
    }
}

impl Shared {
    /// The link of a machine, if it is up.
    pub(crate) fn link(&self, machine: MachineId) -> Option<LinkHandle> {
        self.standings.link(machine)
    }

    /// Asks again for sessions that a machine, or any of them, did not know.
    pub(crate) fn ask_again(&self, machine: Option<MachineId>) {
        let concerns = |of: MachineId| machine.is_none_or(|machine| machine == of);
        let terminals: Vec<_> = lock(&self.terminals).values().cloned().collect();
        for hub in terminals.iter().filter(|hub| concerns(hub.machine)) {
            hub.ask_again();
        }
        let chats: Vec<_> = lock(&self.chats).values().cloned().collect();
        for hub in chats.iter().filter(|hub| concerns(hub.machine)) {
            hub.ask_again();
        }
    }

    /// What the viewers of a terminal share, if it has any.
    pub(crate) fn terminal(&self, session: SessionId) -> Option<Arc<TerminalHub>> {
        lock(&self.terminals).get(&session).cloned()
    }

    /// Everybody who watches a session of this machine.
    pub(crate) fn hubs_of(&self, machine: MachineId) -> (Vec<Arc<TerminalHub>>, Vec<Arc<ChatHub>>) {
        let terminals = lock(&self.terminals);
        let chats = lock(&self.chats);
        (
            terminals.values().filter(|hub| hub.machine == machine).cloned().collect(),
            chats.values().filter(|hub| hub.machine == machine).cloned().collect(),
        )
    }
}

/// Counts a link out, however its future ends.
struct Leaving<'a>(&'a Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.serving.send_modify(|links| *links -= 1);
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No code that holds a lock here can panic half-way through a change that others rely on.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
