//! What a link needs of those who decide: who a machine is, what it has been ordered, and that
//! what it reports is kept. Implemented by `control`; the relay itself decides nothing.

use async_trait::async_trait;
use model::MachineId;
use wire::call::{Answer, Question};
use wire::{Command, Report};

/// One of the links that a machine has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkId {
    /// Whose.
    pub machine: MachineId,
    /// Its number; that of the newest is the highest.
    pub epoch: u64,
}

/// What a link needs to know when its machine has proven who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkStart {
    /// The number of the link, higher than that of every link of this machine before.
    pub epoch: u64,
    /// The last report that is kept.
    pub received_reports: u64,
}

/// The reception could not do what was asked; the link is closed and the machine comes back.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ReceptionFailed(pub String);

/// What a machine's journal holds when its link comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalStanding {
    /// All orders up to this number.
    pub received_commands: u64,
    /// All reports from this number on; 0 if the machine does not say.
    pub first_report: u64,
}

/// Those who decide.
#[async_trait]
pub trait Reception: Send + Sync {
    /// The Ed25519 public keys with which the machine may prove who it is, were it deregistered since
    /// or not; none if there never was one.
    async fn identify(&self, machine: MachineId) -> Result<Vec<[u8; 32]>, ReceptionFailed>;

    /// The machine has proven with a key who it is; raises its epoch, durably. `None` if it was
    /// deregistered.
    async fn link_up(
        &self,
        machine: MachineId,
        key: [u8; 32],
        has: JournalStanding,
    ) -> Result<Option<LinkStart>, ReceptionFailed>;

    /// Whether the machine can be reached has changed.
    async fn liveness_changed(&self, machine: MachineId);

    /// A machine that was online is so no more. It is said before [`Self::liveness_changed`] is, and
    /// need not concern anybody.
    async fn went_offline(&self, _machine: MachineId) {}

    /// Something was heard of the machine; called at most once a minute.
    async fn heard_of(&self, machine: MachineId);

    /// Orders from a number on, in order, at most `limit`.
    async fn pending_commands(
        &self,
        machine: MachineId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Command>, ReceptionFailed>;

    /// The machine has all orders up to this one in its journal. Takes as long as the database does;
    /// fails where the machine has a newer link.
    async fn commands_accepted(&self, link: LinkId, up_to: u64) -> Result<(), ReceptionFailed>;

    /// Keeps reports, given in order; answers when all are durable, however long the database takes.
    /// Fails where the machine has a newer link.
    async fn take_reports(&self, link: LinkId, reports: Vec<Report>)
    -> Result<(), ReceptionFailed>;

    /// Answers a question of the machine.
    async fn answer(&self, machine: MachineId, question: Question) -> Answer;
}
