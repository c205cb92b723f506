//! The relay between real viewers and a machine that does what machines do, over a real link.

mod chats;
mod links;
mod machine;
mod terminals;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::machine::Carrier;
use model::rng::CountingRng;
use model::time::ManualClock;
use model::{Clock, MachineId, SessionId, Timestamp, UserId};
use tokio::task::JoinSet;
use wire::call::{Answer, CallError, Question};
use wire::{Command, Report};

use crate::{
    Config, IdentityKey, JournalStanding, LinkId, LinkStart, Reception, ReceptionFailed, Relay,
    SecretSeed,
};
use machine::{Machine, Past};

/// Far more than anything here takes on a busy computer.
const DEADLINE: Duration = Duration::from_mins(1);

/// A relay with one machine, and everything that runs for them.
struct House {
    relay: Relay,
    clock: Arc<ManualClock>,
    rng: CountingRng,
    machine: MachineId,
    session: SessionId,
    /// How much the machine's chat has said before it is linked.
    said: u64,
    /// What the machine's program has written before it is linked, and the machine no longer holds.
    written: Vec<u8>,
    /// Whether the machine has still to be told of its session.
    is_to_begin: bool,
    /// Aborted with the house.
    tasks: JoinSet<()>,
}

impl House {
    /// A relay whose machine is not linked yet.
    fn new() -> Self {
        let (clock, rng) = (Arc::new(ManualClock::default()), CountingRng::default());
        clock.advance(Duration::from_secs(1));
        let now = Timestamp::from_millis(1);
        let relay = Relay::new(Config {
            reception: Arc::new(Desk),
            clock: clock.clone(),
            rng: Arc::new(CountingRng::new(1)),
            identity: key(1),
            stale_after: Duration::from_secs(90),
        });
        let (machine, session) = (MachineId::new(now, &rng), SessionId::new(now, &rng));
        let mut tasks = JoinSet::new();
        let watched = relay.clone();
        tasks.spawn(async move { watched.watch_liveness().await });
        let (said, written, is_to_begin) = (0, Vec::new(), false);
        Self { relay, clock, rng, machine, session, said, written, is_to_begin, tasks }
    }

    /// Links a machine; comes back when the relay can reach it.
    async fn link(&mut self) -> Machine {
        let (ours, theirs) = transport::pipe();
        let relay = self.relay.clone();
        self.tasks.spawn(async move { relay.serve_link(ours, Carrier::InProcess).await });
        let ids = (self.machine, self.session);
        let (machine, running) = Machine::new(theirs, ids, self.past(), &*self.clock);
        self.tasks.spawn(running);
        let up = async {
            while !self.relay.liveness(self.machine).connected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, up).await.expect("the link comes up");
        machine
    }

    fn past(&self) -> Past {
        let (said, written) = (self.said, self.written.clone());
        Past { said, written, is_to_begin: self.is_to_begin }
    }

    fn new_machine() -> MachineId {
        MachineId::new(Timestamp::from_millis(1), &CountingRng::default())
    }

    fn person(&self) -> UserId {
        UserId::new(self.clock.now(), &self.rng)
    }
}

fn key(seed: u8) -> IdentityKey {
    IdentityKey::from_seed(&SecretSeed::from_slice(&[seed; 32]).unwrap()).unwrap()
}

/// Decides as if there were no database.
struct Desk;

#[async_trait]
impl Reception for Desk {
    async fn identify(&self, _: MachineId) -> Result<Vec<[u8; 32]>, ReceptionFailed> {
        Ok(vec![*key(2).public_key().as_bytes()])
    }

    async fn link_up(
        &self,
        _: MachineId,
        _: [u8; 32],
        _: JournalStanding,
    ) -> Result<Option<LinkStart>, ReceptionFailed> {
        static EPOCH: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let epoch = EPOCH.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(Some(LinkStart { epoch, received_reports: 0 }))
    }

    async fn liveness_changed(&self, _: MachineId) {}

    async fn heard_of(&self, _: MachineId) {}

    async fn pending_commands(
        &self,
        _: MachineId,
        _: u64,
        _: usize,
    ) -> Result<Vec<Command>, ReceptionFailed> {
        Ok(Vec::new())
    }

    async fn commands_accepted(&self, _: LinkId, _: u64) -> Result<(), ReceptionFailed> {
        Ok(())
    }

    async fn take_reports(&self, _: LinkId, _: Vec<Report>) -> Result<(), ReceptionFailed> {
        Ok(())
    }

    async fn answer(&self, _: MachineId, _: Question) -> Answer {
        Answer::Error(CallError::default())
    }
}
